from pathlib import Path

from deploy.local.operator_api import OperatorApi


def sign_everybody_out(data: Path | None) -> None:
    """End what lets people in without showing anything anew."""
    done = OperatorApi("members", data).ask("POST", "/sessions/ends", "members:sign-out")
    print(f"Everybody is out: {done['sessions']} sessions are ended.")
    print(
        "Codes and personal links of until now open nothing. Cards let people in as before, but to add a first second"
    )
    print("factor a new one is needed.")

from pathlib import Path

from deploy.local.operator_api import OperatorApi
from deploy.local.refusal import Refusal


def verify_audit(data: Path | None) -> None:
    """Print what the trail's end is, to be noted elsewhere; refuses with the place where it is broken."""
    found = OperatorApi("members", data).ask("POST", "/internal/audit/verifications", "audit:verify")
    if not found["whole"]:
        raise Refusal(f"The audit trail is broken at entry {found['broken_at']}: {found['why']}")
    print(f"The audit trail is whole: {found['entries']} entries. The last is {found['last']}, {found['hash']}.")
    print("Note that line elsewhere: a database put back as it was has an earlier end.")

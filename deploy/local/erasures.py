"""Erasing members, and erasing them again after a restore."""

import time
from pathlib import Path
from typing import Any

from deploy.local.ids import known_id
from deploy.local.operator_api import OperatorApi
from deploy.local.refusal import Refusal

SCOPE = "members:erase"
SECONDS_TO_BE_DONE = 300.0


def erase(data: Path | None, member: str, *, confirmed: bool) -> None:
    member_id = known_id(member, "a member")
    if not confirmed:
        raise Refusal("This cannot be undone. If they asked for it themselves, say it again with --yes.", code=2)
    api = OperatorApi("members", data)
    erasure = api.ask("POST", "/erasures", SCOPE, json={"member_id": str(member_id)})
    print("Erased in members. Waiting for the other services to say so too.")
    _wait(api, erasure["id"])


def reapply_erasures(data: Path | None) -> None:
    done = OperatorApi("members", data).ask("POST", "/erasures/reapplications", SCOPE)
    if not done["told"]:
        print("The ledger names nobody. If anybody was ever erased, put the right one in its place and say this again.")
        return
    print(f"{done['erased_again']} were back and are erased again; every service was told of all {done['told']}.")


def _wait(api: OperatorApi, erasure_id: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_BE_DONE
    while True:
        erasure: dict[str, Any] = api.ask("GET", f"/erasures/{erasure_id}", SCOPE)
        if erasure["done_at"]:
            print("Done: nothing of them is left in any service.")
            return
        if time.monotonic() > deadline:
            waiting = ", ".join(erasure["waiting_for"])
            raise Refusal(f"{waiting} did not say so within five minutes. It will be done when its worker runs again.")
        time.sleep(1)

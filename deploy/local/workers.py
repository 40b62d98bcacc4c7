from pathlib import Path
from typing import Any
from uuid import UUID

from deploy.local.ids import known_id
from deploy.local.operator_api import OperatorApi

SCOPE = "workers:write"
DUTIES = {False: "worker", True: "safeguarding_lead"}


def add_worker(data: Path | None, name: str, *, lead: bool) -> None:
    draft = {"name": name, "duty": DUTIES[lead]}
    _tell_secret(OperatorApi("members", data).ask("POST", "/workers", SCOPE, json=draft))


def list_workers(data: Path | None) -> None:
    found = list(OperatorApi("members", data).pages("/workers", SCOPE))
    if not found:
        print("There is no worker yet. `afterhours members add-worker NAME` makes one.")
    for worker in found:
        print(f"{worker['id']}  {', '.join(worker['duties']).replace('_', ' ')}  {worker['name']}")


def enrol_again(data: Path | None, worker: str) -> None:
    _tell_secret(OperatorApi("members", data).ask("POST", f"/workers/{_known(worker)}/enrolments", SCOPE))


def end_duty(data: Path | None, worker: str, *, lead: bool) -> None:
    OperatorApi("members", data).ask("DELETE", f"/workers/{_known(worker)}/duties/{DUTIES[lead]}", SCOPE)
    print("Ended. What they signed in with before carries no powers any more.")


def _tell_secret(enrolling: dict[str, Any]) -> None:
    print(f"{enrolling['name']} is a worker, {enrolling['id']}.")
    print(f"They enrol a second factor at /in/worker with this secret, once, until {enrolling['until'][:16]} UTC:")
    print(f"  {enrolling['secret']}")


def _known(worker: str) -> UUID:
    return known_id(worker, "a worker", "`members workers` shows them.")

"""Looking after the messages between services: what was parked, and logs that were restored."""

from pathlib import Path
from typing import Any

from deploy.local.ids import known_id
from deploy.local.operator_api import OperatorApi
from deploy.local.refusal import Refusal
from shared.contracts.routes import ROUTES, source_of

SUBSCRIBERS = tuple(sorted({name for to in ROUTES.values() for name in to}))
SOURCES = tuple(sorted({source_of(message.kind) for message in ROUTES}))
MANAGE = "parked:manage"


def list_parked(data: Path | None) -> None:
    """Every parked message of every service, a line each."""
    rows = [(name, row) for name in SUBSCRIBERS for row in _ask(name, data, "GET", "")["items"]]
    for name, row in rows:
        print(f"{name}  {row['id']}  {row['kind']}  about {row['subject']}  {row['error']}  {row['parked_at']}")
    if not rows:
        print("Nothing is parked.")


def replay_parked(data: Path | None, service: str, parked_id: str) -> None:
    _ask(_known(service, SUBSCRIBERS), data, "POST", f"/{known_id(parked_id, 'a parked message')}/replay")
    print("It went through and is no longer parked.")


def discard_parked(data: Path | None, service: str, parked_id: str) -> None:
    _ask(_known(service, SUBSCRIBERS), data, "DELETE", f"/{known_id(parked_id, 'a parked message')}")
    print("It is gone, and was not applied.")


def renew_log(data: Path | None, service: str) -> None:
    """After its database was restored: its subscribers go on from there, and hear its whole state again."""
    api = OperatorApi(_known(service, SOURCES), data)
    page = api.ask("GET", "/internal/messages", "messages:read", params={"subscriber": "operator", "after": 0})
    api.ask("POST", "/internal/messages/renewals", "messages:renew", json={"epoch": page["epoch"]})
    print(f"The log of {service} has begun anew; those who hear it will have its whole state within a minute.")


def _ask(service: str, data: Path | None, method: str, path: str) -> Any:
    return OperatorApi(service, data).ask(method, f"/internal/parked{path}", MANAGE)


def _known(service: str, names: tuple[str, ...]) -> str:
    if service not in names:
        raise Refusal(f"{service!r} is none of {', '.join(names)}.", code=2)
    return service

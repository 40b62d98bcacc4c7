"""Contracts may grow optional fields, and nothing else: an older subscriber must go on understanding."""

import json
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest

from shared.contracts.documents import asyncapi, flow, schema, schemas
from shared.contracts.message import Message
from shared.contracts.routes import ROUTES

SNAPSHOTS = Path(__file__).parent / "schemas"
DOCS = Path(__file__).parents[2] / "docs"


def breaks(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What a change would do to those who know the old form."""
    found = [f"{name} is gone" for name in old.get("properties", {}) if name not in new.get("properties", {})]
    found += [f"{name} is now required" for name in new.get("required", []) if name not in old.get("required", [])]
    found += [f"{name} may now be missing" for name in old.get("required", []) if name not in new.get("required", [])]
    for name, was in old.get("properties", {}).items():
        now = new.get("properties", {}).get(name)
        if now is not None and _bare(was) != _bare(now):
            found.append(f"{name} changed its type")
    if _bare(old.get("$defs", {})) != _bare(new.get("$defs", {})):
        found.append("a type it uses changed")
    return found


def _bare(part: Any) -> Any:
    """A schema without its words."""
    if isinstance(part, dict):
        return {key: _bare(value) for key, value in part.items() if key not in {"description", "title"}}
    return [_bare(each) for each in part] if isinstance(part, list) else part


@pytest.mark.parametrize("message", ROUTES, ids=lambda message: message.kind)
def test_a_contract_only_grows(message: type[Message]):
    snapshot = json.loads((SNAPSHOTS / f"{message.kind}.json").read_text())
    assert breaks(snapshot, schema(message)) == []


def test_what_is_generated_is_up_to_date():
    wrong = [name for name, text in schemas().items() if (SNAPSHOTS / name).read_text() != text]
    wrong += ["asyncapi.json"] if (DOCS / "api" / "asyncapi.json").read_text() != asyncapi() else []
    wrong += ["message-flow.md"] if (DOCS / "message-flow.md").read_text() != flow() else []
    assert wrong == [], "run `make contracts` and look at what changed"


class Was(Message):
    """As it was."""

    kind: ClassVar[str] = "tests.was.v1"
    subject_field: ClassVar[str] = "thing_id"
    thing_id: UUID
    count: int = 0


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"thing_id": UUID, "count": (int, 0), "note": (str | None, None)}, []),
        ({"thing_id": UUID, "count": (int, 0), "note": str}, ["note is now required"]),
        ({"thing_id": UUID}, ["count is gone"]),
        ({"thing_id": UUID, "count": (str, "")}, ["count changed its type"]),
        (
            {"thing_id": (UUID | None, None), "count": (int, 0)},
            ["thing_id may now be missing", "thing_id changed its type"],
        ),
    ],
)
def test_the_check_itself_sees_a_break(changed: dict[str, Any], expected: list[str]):
    from pydantic import create_model

    fields = {name: kind if isinstance(kind, tuple) else (kind, ...) for name, kind in changed.items()}
    now = create_model("Now", __base__=Message, **fields)
    assert breaks(Was.model_json_schema(), now.model_json_schema()) == expected

"""What members say of themselves, and that nobody asks for more (people.md P13, D14)."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.models import Channel, Experience, Member
from shared.db import Base
from shared.migrations import all_tables
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.members.builders import NOW, called, member
from tests.members.conftest import Api

Ask = Callable[..., Any]

WITH_A_DATABASE = {
    "members": "MembersBase",
    "events": "EventsBase",
    "feedback": "FeedbackBase",
    "notifications": "NotificationsBase",
    "chat": "ChatBase",
}
NEVER_ASKED = re.compile(
    r"(first|last|given|family|legal|full|sur|maiden)_?name|birth|dob|^age$|gender|^sex|ethnic|race$|religio|"
    r"national|^ni_?n|insurance|postal|postcode|street|^address_line|home_address|passport|diagnos",
)


@pytest.fixture
def seven(api: Api, session: Session) -> UUID:
    api.bring_in(member(7), create_groups=True)
    return called(session, "Member 7").id


@pytest.fixture
def ask(api: Api, seven: UUID, keys: Keyring) -> Ask:
    """The API, asked by Member 7."""
    token = keys.signer("members").member_token(seven, {})

    def ask(method: str, path: str, **content: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} | content.pop("headers", {})
        return api.ask(method, path, headers=headers, **content)

    return ask


def test_a_name_may_be_changed_at_any_time(ask: Ask, session: Session, seven: UUID):
    changed = ask("PATCH", "/me", json={"name": "  Zoë 👋🏾 "})
    assert (changed.status_code, changed.json()["name"]) == (200, "Zoë 👋🏾")
    assert ask("GET", "/me").json() == changed.json()
    assert session.get_one(Member, seven, populate_existing=True).name == "Zoë 👋🏾"


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "\x00"])
def test_without_a_name_somebody_is_a_member(ask: Ask, name: str):
    assert ask("PATCH", "/me", json={"name": name}).json()["name"] == "Member"


@pytest.mark.parametrize(("name", "why"), [("x" * 10_000, "Write a shorter one"), ("x" + "\u0301" * 9, "fewer")])
def test_a_name_that_no_page_could_show_is_refused_politely(ask: Ask, name: str, why: str):
    refused = ask("PATCH", "/me", json={"name": name})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:afterhours:unusable-name")
    assert why in refused.json()["detail"]
    assert ask("GET", "/me").json()["name"] == "Member 7"


def test_a_change_is_made_to_what_was_seen(ask: Ask):
    seen = ask("GET", "/me").headers["etag"]
    first = ask("PATCH", "/me", json={"name": "Seven"}, headers={"If-Match": seen})
    assert first.status_code == 200
    late = ask("PATCH", "/me", json={"name": "Another"}, headers={"If-Match": seen})
    assert (late.status_code, late.json()["type"]) == (412, "urn:afterhours:me-changed")
    both = f'"1", {first.headers["etag"]}'
    assert ask("PATCH", "/me", json={"name": "Another"}, headers={"If-Match": both}).status_code == 200
    assert ask("PATCH", "/me", json={"name": "Seven"}, headers={"If-Match": "*"}).status_code == 200


def test_experience_is_a_dated_statement_and_the_last_one_counts(ask: Ask, session: Session, clock: Clock):
    assert ask("GET", "/me").json()["experience"] is None
    for said in ("current", "past"):
        assert ask("PUT", "/me/experience", json={"experience": said}).status_code == 204
        shown = ask("GET", "/me").json()["experience"]
        assert (shown["experience"], shown["said_at"][:19]) == (said, clock.at.isoformat()[:19])
        clock.go_on(days=30)
    assert session.scalar(select(func.count(Experience.id))) == 2, "what was said before stays"


def test_experience_can_be_taken_back_whole(ask: Ask, session: Session):
    ask("PUT", "/me/experience", json={"experience": "current"})
    for _ in range(2):
        assert ask("DELETE", "/me/experience").status_code == 204
    assert ask("GET", "/me").json()["experience"] is None
    assert session.scalar(select(func.count(Experience.id))) == 0


def test_experience_is_one_of_two_words(ask: Ask):
    assert ask("PUT", "/me/experience", json={"experience": "unsure"}).status_code == 422


@pytest.mark.parametrize("service", WITH_A_DATABASE)
def test_d14_no_table_asks_who_somebody_is_to_the_world_outside(service: str):
    metadata = getattr(import_module(f"services.{service}.models"), WITH_A_DATABASE[service]).metadata
    tables = all_tables(metadata).tables.values()
    assert len(tables) > len(Base.metadata.tables)
    assert [f"{t.name}.{c.name}" for t in tables for c in t.columns if NEVER_ASKED.search(c.name)] == []


@pytest.mark.parametrize("service", WITH_A_DATABASE)
def test_d14_no_request_or_answer_asks_it_either(service: str):
    module = import_module(f"services.{service}.schemas") if service != "chat" else None
    fields = [f"{kind.__name__}.{name}" for kind in shapes(module) for name in kind.model_fields]
    assert [field for field in fields if NEVER_ASKED.search(field.partition(".")[2])] == []


@pytest.mark.parametrize("name", ["first_name", "surname", "legal_name", "date_of_birth", "dob", "ni_number", "gender"])
def test_d14_the_gate_would_notice(name: str):
    assert NEVER_ASKED.search(name)


def test_d14_nothing_has_to_be_told_to_take_part(session: Session):
    nobody_in_particular = Member.begun(None, Channel.SMS, "Europe/London", NOW)
    session.add(nobody_in_particular)
    session.flush()
    assert use_cases.read_me(session, nobody_in_particular.id).name == "Member"


def shapes(module: Any) -> list[type[BaseModel]]:
    kinds = [each for each in vars(module).values() if isinstance(each, type)] if module else []
    return [kind for kind in kinds if issubclass(kind, BaseModel)]

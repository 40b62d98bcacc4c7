from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from services.members.models import Group, Membership
from services.members.names import quoted
from shared.contracts.members import Duty, Role
from tests.conftest import Clock
from tests.members.builders import called, member
from tests.members.conftest import Api
from tests.members.test_choices import helping

DOG = {"need": "dog", "seen_by": "convenors", "words": "Her name is Bramble."}
STEPS = {"need": "step_free", "seen_by": "me", "words": None}
LIGHT = {"need": "low_light", "seen_by": "me", "words": None}
ALL = {"items": [DOG, LIGHT, STEPS]}


@pytest.fixture
def seven(api: Api, session: Session) -> UUID:
    """A member of a group who said what they need."""
    api.bring_in(member(7), member(8), member(9, groups="Another"), create_groups=True)
    seven = called(session, "Member 7").id
    assert ask(api, seven, "PUT", "/me/needs", json=ALL).json() == ALL
    return seven


def ask(api: Api, who: UUID, method: str, path: str, roles: Any = None, *duties: Duty, **content: Any) -> Any:
    token = api.keys.signer("members").member_token(who, roles or {}, duties)
    headers = {"Authorization": f"Bearer {token}"} | content.pop("headers", {})
    return api.client.request(method, path, headers=headers, **content)


def group(session: Session, slug: str) -> UUID:
    return session.scalars(select(Group.id).where(Group.slug == slug)).one()


def test_a_member_says_what_they_need_and_reads_it_back(api: Api, seven: UUID):
    seen = {"If-Match": ask(api, seven, "GET", "/me/needs").headers["ETag"]}
    assert ask(api, seven, "PUT", "/me/needs", json={"items": [DOG]}, headers=seen).json() == {"items": [DOG]}
    assert ask(api, seven, "PUT", "/me/needs", json=ALL, headers=seen).status_code == 412
    assert ask(api, seven, "PUT", "/me/needs", json={"items": []}).json() == {"items": []}


@pytest.mark.parametrize("change", [{"need": "a lift"}, {"words": "x" * 201}, {"seen_by": "everybody"}], ids=str)
def test_what_cannot_be_kept_is_refused_whole(api: Api, seven: UUID, change: dict[str, str]):
    assert ask(api, seven, "PUT", "/me/needs", json={"items": [STEPS, DOG | change]}).status_code == 422
    assert ask(api, seven, "GET", "/me/needs").json() == ALL


def test_a_convenor_of_a_shared_group_reads_what_is_for_them_and_the_member_can_read_that(
    api: Api, session: Session, seven: UUID
):
    eight, forum = called(session, "Member 8").id, group(session, "forum")
    powers = {forum: Role.CONVENOR}
    assert ask(api, eight, "GET", f"/members/{seven}/needs", powers).status_code == 404, "they stood down meanwhile"
    session.get_one(Membership, (eight, forum)).become(Role.CONVENOR)
    session.commit()
    answer = ask(api, eight, "GET", f"/members/{seven}/needs", powers)
    assert answer.json() == {"items": [DOG]}
    line = ask(api, seven, "GET", "/me/audit").json()["items"][0]["text"]
    assert line.startswith(f"{quoted('Member 8')} looked at your record to see what you need to come")


def test_anybody_else_learns_nothing(api: Api, session: Session, seven: UUID):
    eight, nine = called(session, "Member 8").id, called(session, "Member 9").id
    forum, another = group(session, "forum"), group(session, "another")
    answers = [
        ask(api, eight, "GET", f"/members/{seven}/needs", {forum: Role.MEMBER}),
        ask(api, eight, "GET", f"/members/{seven}/needs", {forum: Role.MEMBER}, Duty.WORKER),
        ask(api, nine, "GET", f"/members/{seven}/needs", {another: Role.CONVENOR}),
        ask(api, nine, "PUT", f"/members/{seven}/needs", {another: Role.CONVENOR}, json=ALL),
        ask(api, nine, "GET", f"/members/{uuid4()}/needs", {another: Role.CONVENOR}),
    ]
    told = [{name: part for name, part in it.json().items() if name != "request_id"} for it in answers]
    assert {it.status_code for it in answers} == {404}
    assert all(it == told[0] for it in told)


def test_a_helper_reads_and_writes_all_of_it(api: Api, session: Session, seven: UUID, clock: Clock):
    nine = called(session, "Member 9").id
    helping(session, nine, seven, clock)
    assert ask(api, nine, "GET", f"/members/{seven}/needs", {}, Duty.WORKER).json() == ALL
    changed = {"items": [STEPS]}
    assert ask(api, nine, "PUT", f"/members/{seven}/needs", {}, Duty.WORKER, json=changed).json() == changed
    assert ask(api, seven, "GET", "/me/needs").json() == changed


def test_words_about_a_need_are_sealed(session: Session, seven: UUID):
    kept = session.execute(text("SELECT words FROM access_needs WHERE need = 'dog'")).scalar()
    assert kept
    assert b"Bramble" not in kept

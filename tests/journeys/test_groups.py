"""Into a hidden group and out of it again: what members decides, events follows."""

from typing import Any
from uuid import UUID

import pytest

from shared.contracts.members import Role
from tests.journeys.forum import Forum

EVENING = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//A charity//EN
BEGIN:VEVENT
UID:circle@example.org
DTSTAMP:20261101T000000Z
DTSTART;TZID=Europe/London:20261126T183000
DTEND;TZID=Europe/London:20261126T203000
SUMMARY:Circle
LOCATION:The hub
END:VEVENT
END:VCALENDAR
"""
PEOPLE = """name,phone,groups,role
Member 1,+447700900001,Quiet ones,convenor
Member 2,+447700900002,,
"""
ONE, TWO = "+447700900001", "+447700900002"


@pytest.fixture
def group(forum: Forum) -> UUID:
    """A hidden group with one convenor and an evening."""
    draft = {"name": "Quiet ones", "visibility": "hidden"}
    made = forum.as_operator("members", "POST", "/groups", "groups:write", json=draft)
    csv, ics = {"Content-Type": "text/csv"}, {"Content-Type": "text/calendar"}
    forum.as_operator("members", "POST", "/imports/members", "members:import", content=PEOPLE, headers=csv)
    forum.tell()
    path = "/imports/programme?group=quiet-ones&name=circle.ics"
    forum.as_operator("events", "POST", path, "programme:import", content=EVENING, headers=ics)
    return UUID(made["id"])


def evenings(forum: Forum, phone: str) -> list[Any]:
    """What is on, as somebody sees it."""
    _, signed_in = forum.member(phone)
    items: list[Any] = forum.clients["events"].get("/occurrences", headers=signed_in).json()["items"]
    return items


def code_from(forum: Forum, phone: str, group: UUID, **draft: str) -> str:
    """The code of an invitation by a convenor who has shown a second factor."""
    member, _ = forum.member(phone)
    token = forum.keys.signer("members").member_token(member, {group: Role.CONVENOR})
    path, signed_in = f"/groups/{group}/invitations", {"Authorization": f"Bearer {token}"}
    code: str = forum.clients["members"].post(path, json=draft, headers=signed_in).json()["code"]
    return code


@pytest.mark.parametrize("role", ["member", "guest"])
def test_an_invitation_opens_the_programme_and_leaving_closes_it(forum: Forum, group: UUID, role: str):
    assert evenings(forum, TWO) == []
    _, signed_in = forum.member(TWO)
    accepted = forum.clients["members"].post(
        "/invitations/acceptances", json={"code": code_from(forum, ONE, group, role=role)}, headers=signed_in
    )
    assert accepted.json()["role"] == role
    forum.tell()
    [evening] = evenings(forum, TWO)
    rsvp = f"/occurrences/{evening['id']}/rsvp"
    assert forum.clients["events"].put(rsvp, json={"answer": "going"}, headers=signed_in).is_success
    assert forum.clients["members"].delete(f"/me/groups/{group}", headers=signed_in).status_code == 204
    forum.tell()
    assert evenings(forum, TWO) == []
    assert evenings(forum, ONE)[0]["going"] == 0
    assert forum.clients["events"].put(rsvp, json={"answer": "going"}, headers=signed_in).status_code == 404


def test_a_guest_goes_with_whom_they_came_with(forum: Forum, group: UUID):
    _, signed_in = forum.member(TWO)
    code = code_from(forum, ONE, group, role="guest")
    forum.clients["members"].post("/invitations/acceptances", json={"code": code}, headers=signed_in)
    _, host = forum.member(ONE)
    forum.clients["members"].delete(f"/me/groups/{group}", headers=host)
    forum.tell()
    assert evenings(forum, TWO) == evenings(forum, ONE) == []

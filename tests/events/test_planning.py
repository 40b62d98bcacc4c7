"""Planning an evening together: the plan, the lists and the notes are for the group, and no two undo each other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.models import Group, Notes, Occurrence, PlanLine
from services.events.use_cases.erasure import erase_member
from services.events.use_cases.groups import leave_group
from services.events.use_cases.merging import merge_member
from shared.contracts.members import Role
from tests.conftest import Clock
from tests.events.builders import given_host, given_member, given_occurrence

Headers = dict[str, str]
Someone = tuple[UUID, Headers]


@pytest.fixture
def belonging(session: Session, forum: Group, as_member: Callable[..., Headers]) -> Callable[[], Someone]:
    def somebody() -> Someone:
        member = given_member(session, forum)
        session.commit()
        return member, as_member(member, {forum.id: Role.MEMBER})

    return somebody


@pytest.fixture
def host(session: Session, forum: Group, evening: Occurrence, as_member: Callable[..., Headers]) -> Headers:
    host = given_host(session, evening, forum)
    session.commit()
    return as_member(host, {forum.id: Role.MEMBER})


def added(client: TestClient, evening: Occurrence, who: Headers, words: str = "Two kettles", name: str = "kit") -> Any:
    said = client.post(f"/occurrences/{evening.id}/plan/lines", json={"list": name, "words": words}, headers=who)
    assert said.status_code == 201, said.text
    return said.json()


def test_the_plan_says_who_does_what_and_what_there_is_to_bring(
    client: TestClient, session: Session, evening: Occurrence, belonging: Callable[[], Someone]
):
    evening.roles = {"tea": 2}
    session.commit()
    member, headers = belonging()
    client.put(f"/occurrences/{evening.id}/roles/mine", json={"kind": "tea"}, headers=headers)
    kettles, _ = added(client, evening, headers), added(client, evening, headers, "Unlock the hall", "to_do")
    client.patch(f"/plan-lines/{kettles['id']}", json={"mine": True}, headers=headers)
    plan = client.get(f"/occurrences/{evening.id}/plan", headers=headers).json()
    assert plan["roles"] == [{"kind": "tea", "needed": 2, "member_ids": [str(member)], "looking": False}]
    assert plan["kit"] == [kettles | {"member_id": str(member)}]
    assert [line["words"] for line in plan["to_do"]] == ["Unlock the hall"]
    assert (plan["notes"], plan["last_time"]) == ("", None)


def test_a_line_is_taken_by_one_and_ticked_by_any(
    client: TestClient, evening: Occurrence, belonging: Callable[[], Someone]
):
    (_, one), (_, other) = belonging(), belonging()
    url = f"/plan-lines/{added(client, evening, one)['id']}"
    assert client.patch(url, json={"mine": True}, headers=one).json()["member_id"]
    taken = client.patch(url, json={"mine": True}, headers=other)
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:afterhours:line-taken")
    assert client.patch(url, json={"mine": False, "done": True}, headers=other).json()["member_id"] is not None
    assert client.patch(url, json={"mine": False}, headers=one).json() | {"id": ""} == {
        "id": "",
        "words": "Two kettles",
        "done": True,
        "member_id": None,
    }
    assert [client.delete(url, headers=other).status_code for _ in range(2)] == [204, 404]


def test_of_two_who_change_a_line_at_once_the_second_looks_again(
    client: TestClient, evening: Occurrence, belonging: Callable[[], Someone]
):
    _, headers = belonging()
    said = client.post(f"/occurrences/{evening.id}/plan/lines", json={"list": "kit", "words": "Cups"}, headers=headers)
    url, seen = f"/plan-lines/{said.json()['id']}", {"If-Match": said.headers["ETag"]}
    assert client.patch(url, json={"words": "Ten cups"}, headers=headers | seen).status_code == 200
    assert client.patch(url, json={"words": "Mugs"}, headers=headers | seen).status_code == 412


def test_what_was_written_after_one_date_is_in_the_plan_of_the_next(
    client: TestClient,
    session: Session,
    forum: Group,
    evening: Occurrence,
    host: Headers,
    belonging: Callable[[], Someone],
    clock: Clock,
):
    following = given_occurrence(session, forum, days=7)
    following.activity_id = evening.activity_id
    session.commit()
    url, said = f"/occurrences/{evening.id}/notes", {"words": "A <b>longer</b> cable.\n\nMore milk."}
    assert client.put(url, json=said, headers=host).json()["type"] == "urn:afterhours:not-yet"
    clock.set(evening.ends_at + timedelta(days=1))
    assert client.put(url, json=said, headers=host).json() == {"words": "A longer cable.\n\nMore milk."}
    _, headers = belonging()
    assert client.put(url, json=said, headers=headers).status_code == 403
    seen = {"If-Match": client.get(url, headers=headers).headers["ETag"]}
    plan = client.get(f"/occurrences/{following.id}/plan", headers=headers).json()
    assert plan["last_time"] == {"starts": "2026-11-26T18:30:00Z", "words": "A longer cable.\n\nMore milk."}
    assert client.put(url, json={"words": ""}, headers=host | seen).status_code == 200
    assert client.put(url, json=said, headers=host | seen).status_code == 412
    assert client.get(f"/occurrences/{following.id}/plan", headers=headers).json()["last_time"] is None


@pytest.mark.parametrize(
    "draft",
    [
        {"list": "kit", "words": " \u200b"},
        {"list": "kit", "words": "x" * 201},
        {"list": "wishes", "words": "Cups"},
        {"list": "kit", "words": "Cups", "member_id": "0199c2f0-6c1e-7d4b-9a55-3f0e8a7b1c2d"},
    ],
)
def test_lines_that_cannot_be_are_refused(
    client: TestClient, evening: Occurrence, belonging: Callable[[], Someone], draft: dict[str, str]
):
    answer = client.post(f"/occurrences/{evening.id}/plan/lines", json=draft, headers=belonging()[1])
    assert answer.status_code == 422


def test_a_thousand_lines_do_not_go_in(
    client: TestClient, session: Session, evening: Occurrence, belonging: Callable[[], Someone]
):
    _, headers = belonging()
    lines = [PlanLine(occurrence_id=evening.id, list_name="kit", words=str(number)) for number in range(100)]
    session.add_all(lines)
    session.commit()
    refused = client.post(
        f"/occurrences/{evening.id}/plan/lines", json={"list": "to_do", "words": "One more"}, headers=headers
    )
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:afterhours:too-many-lines")


def test_nothing_is_planned_for_what_is_over(
    client: TestClient, evening: Occurrence, belonging: Callable[[], Someone], clock: Clock
):
    _, headers = belonging()
    clock.set(evening.ends_at)
    draft = {"list": "kit", "words": "Cups"}
    assert client.post(f"/occurrences/{evening.id}/plan/lines", json=draft, headers=headers).status_code == 409


def test_who_leaves_or_is_erased_leaves_their_lines_to_others_and_two_records_are_one(
    client: TestClient,
    session: Session,
    forum: Group,
    evening: Occurrence,
    belonging: Callable[[], Someone],
    clock: Clock,
):
    people = [belonging() for _ in range(3)]
    for _, headers in people:
        line = added(client, evening, headers)["id"]
        client.patch(f"/plan-lines/{line}", json={"mine": True}, headers=headers)
    (leaves, _), (erased, _), (gone, _) = people
    kept, _ = belonging()
    leave_group(session, forum.id, leaves, now=clock())
    erase_member(session, erased, clock())
    merge_member(session, kept, gone, clock())
    session.expire_all()
    taken = session.scalars(select(PlanLine.member_id).order_by(PlanLine.id)).all()
    assert taken == [None, None, kept]
    assert session.scalars(select(Notes)).all() == []

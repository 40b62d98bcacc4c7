"""Somebody is erased: their places come free, and of what is over the counts stay."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.handlers import group_joined, member_erased
from services.events.models import Group, GroupMember, Occurrence
from services.events.use_cases.rsvp import answer_rsvp
from shared.contracts.events import Answer
from shared.contracts.members import GroupJoined, MemberErased, Role
from tests.conftest import Clock
from tests.events.builders import given_group, given_member, given_occurrence, going


def erase(session: Session, member_id: UUID, clock: Clock) -> None:
    member_erased(session, MemberErased(erasure_id=uuid4(), member_id=member_id), clock.at)


def test_d18_places_to_come_are_free_again_and_counts_of_what_is_over_stay(session: Session, clock: Clock):
    group = given_group(session)
    member, friend = given_member(session, group), given_member(session, group)
    to_come, past = given_occurrence(session, group), given_occurrence(session, group, days=-7)
    for each in (member, friend):
        answer_rsvp(session, to_come.id, each, Answer.GOING, now=clock())
        answer_rsvp(session, past.id, each, Answer.GOING, now=clock() - timedelta(days=7))
    for _ in range(2):
        erase(session, member, clock)
    assert going(session, to_come.id) == (1, 1)
    assert going(session, past.id) == (2, 1)


@pytest.mark.parametrize("answer", ["going", "not_going"])
def test_d18_a_token_that_outlives_its_member_answers_nothing(
    client: TestClient,
    session: Session,
    evening: Occurrence,
    as_member: Callable[..., dict[str, str]],
    clock: Clock,
    answer: str,
):
    member = uuid4()
    erase(session, member, clock)
    session.commit()
    answered = client.put(f"/occurrences/{evening.id}/rsvp", json={"answer": answer}, headers=as_member(member))
    assert answered.status_code == 401
    assert going(session, evening.id) == (0, 0)


@pytest.mark.parametrize(("method", "path"), [("PATCH", ""), ("POST", "/cancellation")])
def test_d18_a_convenor_who_was_erased_changes_no_programme(
    client: TestClient,
    session: Session,
    evening: Occurrence,
    as_member: Callable[..., dict[str, str]],
    clock: Clock,
    method: str,
    path: str,
):
    convenor = uuid4()
    token = as_member(convenor, {evening.group_id: Role.CONVENOR})
    for erased, status in ((False, 200), (True, 401)):
        if erased:
            erase(session, convenor, clock)
            session.commit()
        body = {"title": f"Another name {erased}"}
        answer = client.request(method, f"/occurrences/{evening.id}{path}", json=body, headers=token)
        assert answer.status_code == status
    session.expire_all()
    assert evening.sequence == 1


def test_what_is_told_again_of_who_was_erased_is_not_kept(session: Session, group: Group, clock: Clock):
    member = uuid4()
    erase(session, member, clock)
    group_joined(session, GroupJoined(member_id=member, group_id=group.id, role=Role.MEMBER), clock.at)
    assert session.scalars(select(GroupMember)).all() == []

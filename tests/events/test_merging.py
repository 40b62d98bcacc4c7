"""Two records of one person become one: the latest of what they answered counts, and once."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.handlers import group_joined, member_erased, member_merged
from services.events.models import GroupMember, Occurrence, Rsvp
from services.events.use_cases.rsvp import answer_rsvp
from shared.contracts.events import Answer, RsvpChanged
from shared.contracts.members import GroupJoined, MemberErased, MemberMerged, Role
from tests.conftest import Clock
from tests.events.builders import given_group, given_member, given_occurrence, going, told, told_since

YES, NO = Answer.GOING, Answer.NOT_GOING


def merge(session: Session, kept: UUID, gone: UUID, clock: Clock) -> None:
    member_merged(session, MemberMerged(kept_id=kept, gone_id=gone), clock.at)


@pytest.mark.parametrize(
    ("mine", "theirs", "then"),
    [
        ((YES, 1), (YES, 2), YES),
        ((YES, 2), (NO, 1), YES),
        ((YES, 1), (NO, 2), NO),
        ((NO, 1), (YES, 2), YES),
        ((NO, 2), (YES, 1), NO),
        (None, (YES, 1), YES),
        (None, (NO, 1), NO),
    ],
)
def test_the_latest_answer_counts_and_takes_one_place(
    session: Session, clock: Clock, mine: tuple[Answer, int] | None, theirs: tuple[Answer, int], then: Answer
):
    group = given_group(session)
    kept, gone, friend = (given_member(session, group) for _ in range(3))
    evening = given_occurrence(session, group, capacity=3)
    answer_rsvp(session, evening.id, friend, YES, now=clock.at)
    for who, said in ((kept, mine), (gone, theirs)):
        if said is not None:
            answer_rsvp(session, evening.id, who, said[0], now=clock.at + timedelta(minutes=said[1]))
    before = len(told(session))
    for _ in range(2):
        merge(session, kept, gone, clock)
    places = 1 + (then is YES)
    assert going(session, evening.id) == (places, places)
    # The no first: whoever hears of the merge between the two has nothing left to move.
    assert told_since(session, before) == [
        RsvpChanged(occurrence_id=evening.id, member_id=gone, answer=NO),
        RsvpChanged(occurrence_id=evening.id, member_id=kept, answer=then),
    ]


def test_nothing_is_left_of_the_one_that_is_gone_and_what_is_over_is_counted_as_it_was(session: Session, clock: Clock):
    group = given_group(session)
    kept, gone = given_member(session, group), given_member(session, group)
    past = given_occurrence(session, group, days=-7)
    for who in (kept, gone):
        answer_rsvp(session, past.id, who, YES, now=clock.at - timedelta(days=7))
    before = len(told(session))
    merge(session, kept, gone, clock)
    assert going(session, past.id) == (2, 1)
    assert session.scalars(select(Rsvp.member_id)).all() == [kept]
    assert session.scalars(select(GroupMember.member_id)).all() == [kept]
    assert told_since(session, before) == []


def test_a_token_that_outlives_its_record_answers_nothing(
    client: TestClient,
    session: Session,
    evening: Occurrence,
    as_member: Callable[..., dict[str, str]],
    clock: Clock,
):
    kept, gone = uuid4(), uuid4()
    merge(session, kept, gone, clock)
    group_joined(session, GroupJoined(member_id=gone, group_id=evening.group_id, role=Role.MEMBER), clock.at)
    session.commit()
    path = f"/occurrences/{evening.id}/rsvp"
    assert client.put(path, json={"answer": "going"}, headers=as_member(gone)).status_code == 401
    assert client.put(path, json={"answer": "going"}, headers=as_member(kept)).is_success
    assert session.scalars(select(GroupMember)).all() == []


def test_a_merge_that_is_heard_after_its_member_was_erased_brings_nobody_back(session: Session, clock: Clock):
    group = given_group(session)
    kept, gone = given_member(session, group), given_member(session, group)
    evening = given_occurrence(session, group)
    answer_rsvp(session, evening.id, gone, YES, now=clock.at)
    member_erased(session, MemberErased(erasure_id=uuid4(), member_id=kept), clock.at)
    merge(session, kept, gone, clock)
    assert going(session, evening.id) == (0, 0)
    assert session.scalars(select(GroupMember)).all() == []

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.handlers import SUBSCRIPTIONS
from services.events.models import Group, GroupMember
from services.events.use_cases.programme import cancel_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from shared.auth import Caller
from shared.contracts import events
from shared.contracts.events import Answer, RsvpChanged
from shared.contracts.members import GroupChanged, GroupJoined, GroupLeft, Role, Visibility
from shared.contracts.message import Message
from shared.contracts.routes import ROUTES
from tests.conftest import Clock
from tests.events.builders import given_group, given_member, given_occurrence, going, told

OPERATOR = Caller(issuer="operator", scope="programme:write")


@pytest.fixture
def hear(session: Session, clock: Clock) -> Callable[[Message], None]:
    def hear(message: Message) -> None:
        for subscription in SUBSCRIPTIONS:
            if subscription.message is type(message):
                subscription.handle(session, message, clock())
        session.flush()

    return hear


Hear = Callable[[Message], None]


def described(group_id: UUID, visibility: Visibility, name: str = "Women's Voices") -> GroupChanged:
    return GroupChanged(group_id=group_id, slug="womens-voices", name=name, visibility=visibility)


def test_everything_that_is_sent_here_is_heard():
    assert {each.message for each in SUBSCRIPTIONS} == {m for m, to in ROUTES.items() if "events" in to}


def test_a_group_is_known_as_it_was_last_described(session: Session, hear: Hear):
    group_id = uuid4()
    for name in ("Women", "Women's Voices", "Women's Voices"):
        hear(described(group_id, Visibility.CLOSED, name))
    group = session.get_one(Group, group_id)
    assert (group.slug, group.name, group.visibility) == ("womens-voices", "Women's Voices", Visibility.CLOSED)
    assert told(session) == []


def test_a_group_that_goes_into_hiding_takes_its_words_back(session: Session, hear: Hear, clock: Clock):
    group = given_group(session, "womens-voices")
    evening, off = given_occurrence(session, group), given_occurrence(session, group)
    given_occurrence(session, group, days=-7)
    cancel_occurrence(session, off.id, caller=OPERATOR, now=clock())
    before = len(told(session))
    hear(described(group.id, Visibility.CLOSED))
    assert told(session)[before:] == []
    hear(described(group.id, Visibility.HIDDEN))
    hear(described(group.id, Visibility.HIDDEN))
    [hidden] = told(session)[before:]
    assert isinstance(hidden, events.OccurrenceDescribed)
    assert (hidden.occurrence_id, hidden.title, hidden.place) == (evening.id, None, None)
    hear(described(group.id, Visibility.OPEN))
    shown = told(session)[-1]
    assert isinstance(shown, events.OccurrenceDescribed)
    assert shown.title == "Games night"


def test_who_joins_is_known_in_the_last_role_even_before_the_group_is(session: Session, hear: Hear):
    member, group = uuid4(), uuid4()
    for role in (Role.MEMBER, Role.CONVENOR, Role.CONVENOR):
        hear(GroupJoined(member_id=member, group_id=group, role=role))
    assert session.scalars(select(GroupMember.role)).all() == [Role.CONVENOR]
    hear(GroupLeft(member_id=member, group_id=group))
    assert session.scalars(select(GroupMember)).all() == []


@pytest.mark.parametrize("visibility", [Visibility.CLOSED, Visibility.HIDDEN])
def test_who_leaves_a_group_that_is_not_open_frees_their_places(
    session: Session, hear: Hear, clock: Clock, visibility: Visibility
):
    group, other = given_group(session, visibility=visibility), given_group(session, "music")
    member, friend = given_member(session, group), given_member(session, group)
    evenings = [given_occurrence(session, group, capacity=2, days=days) for days in (0, 7)]
    past, elsewhere = given_occurrence(session, group, days=-7), given_occurrence(session, other)
    for evening in (*evenings, elsewhere):
        for each in (member, friend):
            answer_rsvp(session, evening.id, each, Answer.GOING, now=clock())
    answer_rsvp(session, past.id, member, Answer.GOING, now=clock() - timedelta(days=7))
    before = len(told(session))
    for _ in range(2):
        hear(GroupLeft(member_id=member, group_id=group.id))
    assert [going(session, evening.id) for evening in (*evenings, past, elsewhere)] == [(1, 1), (1, 1), (1, 1), (2, 2)]
    assert told(session)[before:] == [
        RsvpChanged(occurrence_id=each, member_id=member, answer=Answer.NOT_GOING)
        for each in sorted(evening.id for evening in evenings)
    ]


def test_who_leaves_an_open_group_still_comes(session: Session, hear: Hear, clock: Clock):
    group = given_group(session)
    member, evening = given_member(session, group), given_occurrence(session, group)
    answer_rsvp(session, evening.id, member, Answer.GOING, now=clock())
    hear(GroupLeft(member_id=member, group_id=group.id))
    assert going(session, evening.id) == (1, 1)

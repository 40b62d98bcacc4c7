"""Somebody is missing: who wished to be asked is, a few at a time, and the first yes settles it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.errors.programme import NotYourProgramme, OccurrenceOver
from services.events.errors.roles import NobodyToAsk, NothingMissing, RoleFull
from services.events.jobs import EventsWork, look_for_covers
from services.events.models import Cover, CoverAsked, Group, Occurrence
from services.events.use_cases.cover import ask_due, seek_cover
from services.events.use_cases.erasure import erase_member
from services.events.use_cases.groups import leave_group
from services.events.use_cases.programme import cancel_occurrence
from services.events.use_cases.roles import decline, step_down, wish_to_be_asked
from services.events.use_cases.rsvp import answer_rsvp
from shared.auth import Caller
from shared.contracts.events import Answer, CoverSettled, RoleKind, RoleNeedsCover
from shared.db import Sessions
from tests.conftest import Clock
from tests.events.activity_builders import member_of
from tests.events.builders import LONDON, given_host, given_occurrence, told
from tests.events.role_builders import does, takes, wishes


@pytest.fixture
def film(session: Session, group: Group) -> Occurrence:
    film = given_occurrence(session, group)
    film.roles = {"cook": 1, "projector": 1}
    return film


@pytest.fixture
def host(session: Session, group: Group, film: Occurrence) -> Caller:
    return Caller(issuer="members", member_id=given_host(session, film, group))


def someone(session: Session, group: Group, many: int, kind: str = "cook") -> list[Caller]:
    """Members who wish to be asked."""
    return [wishes(session, member_of(session, group), kind) for _ in range(many)]


def asked(session: Session) -> list[UUID]:
    return [each.member_id for each in told(session) if isinstance(each, RoleNeedsCover)]


def ids(callers: Sequence[Caller]) -> set[UUID | None]:
    return {each.member_id for each in callers}


def drops_out(session: Session, group: Group, film: Occurrence, clock: Clock, kind: str = "cook") -> Caller:
    cook = wishes(session, member_of(session, group), kind)
    takes(session, film, cook, kind, clock())
    step_down(session, film.id, kind, caller=cook, now=clock())
    ask_due(session, film.id, clock())
    return cook


def test_three_are_asked_and_the_next_when_one_cannot_and_never_who_gave_it_back(
    session: Session, group: Group, film: Occurrence, clock: Clock
):
    willing = someone(session, group, 5)
    someone(session, group, 2, "tea")
    member_of(session, group)
    drops_out(session, group, film, clock)
    first = asked(session)
    assert len(first) == 3
    assert set(first) < ids(willing)
    ask_due(session, film.id, clock())
    assert asked(session) == first
    decline(session, film.id, None, caller=Caller("members", first[0]), now=clock())
    ask_due(session, film.id, clock())
    assert len(asked(session)) == 4
    clock.go_on(hours=30)
    ask_due(session, film.id, clock())
    assert set(asked(session)) == ids(willing)
    assert len(asked(session)) == 5


def test_the_first_yes_settles_it_and_a_later_one_is_thanked(
    session: Session, group: Group, film: Occurrence, clock: Clock
):
    willing = {each.member_id: each for each in someone(session, group, 3)}
    drops_out(session, group, film, clock)
    quick, slow, other = asked(session)
    takes(session, film, willing[quick], "cook", clock())
    assert does(session, film, "cook") == [quick]
    assert {each.member_id for each in told(session) if isinstance(each, CoverSettled)} == {quick, slow, other}
    with pytest.raises(RoleFull, match="Thank you for offering"):
        takes(session, film, willing[slow], "cook", clock())
    assert session.scalars(select(Cover)).all() == []


def test_whose_turn_was_longest_ago_is_asked_first(session: Session, group: Group, film: Occurrence, clock: Clock):
    willing = someone(session, group, 6)
    drops_out(session, group, film, clock)
    first = set(asked(session))
    walk = given_occurrence(session, group, days=7)
    walk.roles = {"cook": 1}
    drops_out(session, group, walk, clock)
    assert set(asked(session)) == ids(willing)
    assert set(asked(session)[3:]).isdisjoint(first)


def test_a_message_names_a_role_that_all_know_and_never_the_groups_own_words(
    session: Session, group: Group, film: Occurrence, clock: Clock
):
    for kind in ("cook", "projector"):
        someone(session, group, 1, kind)
        drops_out(session, group, film, clock, kind)
    roles = [each.role for each in told(session) if isinstance(each, RoleNeedsCover)]
    assert roles == [RoleKind.COOK, None]


def test_nobody_is_asked_at_night_or_once_it_has_begun(session: Session, group: Group, film: Occurrence, clock: Clock):
    someone(session, group, 1)
    night = clock().replace(hour=22)
    cook = member_of(session, group)
    takes(session, film, cook, "cook", night)
    answer_rsvp(session, film.id, cook.member_id, Answer.NOT_GOING, now=night)
    ask_due(session, film.id, night)
    assert asked(session) == []
    assert session.scalars(select(Cover.due_at)).one() == night.replace(hour=9, minute=0) + timedelta(days=1)
    ask_due(session, film.id, film.starts_at)
    assert asked(session) == []
    assert session.scalars(select(Cover)).all() == []


def test_who_said_no_to_the_evening_or_may_not_come_is_not_asked(
    session: Session, group: Group, film: Occurrence, clock: Clock
):
    away, gone, erased, changed = someone(session, group, 4)
    answer_rsvp(session, film.id, away.member_id, Answer.NOT_GOING, now=clock())
    leave_group(session, group.id, gone.member_id, now=clock())
    erase_member(session, erased.member_id, clock())
    wish_to_be_asked(session, [], caller=changed)
    drops_out(session, group, film, clock)
    assert asked(session) == []


def test_when_every_place_is_taken_only_those_who_come_are_asked(
    session: Session, group: Group, film: Occurrence, clock: Clock
):
    comes, _ = someone(session, group, 2)
    answer_rsvp(session, film.id, comes.member_id, Answer.GOING, now=clock())
    film.capacity = 2
    drops_out(session, group, film, clock)
    assert asked(session) == [comes.member_id]


def test_a_host_can_have_somebody_looked_for_and_hears_when_there_is_nobody(
    session: Session, group: Group, film: Occurrence, host: Caller, clock: Clock
):
    with pytest.raises(NobodyToAsk, match="Ask somebody yourself"):
        seek_cover(session, film.id, "cook", caller=host, now=clock())
    someone(session, group, 2)
    assert [seek_cover(session, film.id, "cook", caller=host, now=clock()) for _ in range(2)] == [2, 2]
    assert len(asked(session)) == 2
    with pytest.raises(NothingMissing):
        seek_cover(session, film.id, "minibus", caller=host, now=clock())
    with pytest.raises(NotYourProgramme):
        seek_cover(session, film.id, "cook", caller=member_of(session, group), now=clock())
    with pytest.raises(OccurrenceOver):
        seek_cover(session, film.id, "cook", caller=host, now=film.starts_at)


def test_the_job_asks_where_it_is_due(session: Session, database: Sessions, forum: Group, clock: Clock):
    film = given_occurrence(session, forum)
    film.roles = {"cook": 1}
    someone(session, forum, 4)
    cook = member_of(session, forum)
    takes(session, film, cook, "cook", clock())
    step_down(session, film.id, None, caller=cook, now=clock())
    session.commit()
    work = EventsWork("events", database, clock, weeks=26, timezone=LONDON)
    for _ in range(2):
        look_for_covers(work)
    assert len(asked(session)) == 3
    clock.go_on(hours=30)
    look_for_covers(work)
    assert len(asked(session)) == 4


def test_nobody_is_asked_for_what_was_called_off(
    session: Session, group: Group, film: Occurrence, host: Caller, clock: Clock
):
    someone(session, group, 5)
    drops_out(session, group, film, clock)
    cancel_occurrence(session, film.id, caller=host, now=clock())
    clock.go_on(hours=30)
    ask_due(session, film.id, clock())
    assert len(asked(session)) == 3


def test_a_no_and_silence_and_a_role_given_back_leave_the_same_behind(
    session: Session, group: Group, film: Occurrence, clock: Clock
):
    someone(session, group, 2)
    drops_out(session, group, film, clock)
    declines, _ = asked(session)
    clock.go_on(minutes=1)
    decline(session, film.id, "cook", caller=Caller("members", declines), now=clock())
    clock.go_on(hours=30)
    ask_due(session, film.id, clock())
    still_open = select(func.count()).where(CoverAsked.open_until > clock())
    assert session.scalars(still_open).one() == 0
    assert {column.name for column in CoverAsked.__table__.columns} == {
        "occurrence_id",
        "kind",
        "member_id",
        "asked_at",
        "open_until",
    }

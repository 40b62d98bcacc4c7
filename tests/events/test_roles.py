"""Roles at an evening: members take them themselves, hear why when they cannot, and give them back without a reason."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.errors.places import MembersOnly, OccurrenceFull
from services.events.errors.programme import NotYourProgramme, OccurrenceCancelled, OccurrenceOver
from services.events.errors.roles import NoSuchRole, PlanChanged, RoleClashes, RoleFull, RolesTaken
from services.events.models import Activity, Cover, Group, Occurrence, Rsvp, version_of
from services.events.queries.roles import needs_of
from services.events.schemas.activities import ActivityCopy
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases.activities import copy_activity
from services.events.use_cases.erasure import erase_member
from services.events.use_cases.groups import leave_group
from services.events.use_cases.merging import merge_member
from services.events.use_cases.programme import cancel_occurrence, change_occurrence
from services.events.use_cases.role_needs import set_roles, set_roles_of_date
from services.events.use_cases.roles import step_down
from services.events.use_cases.rsvp import answer_rsvp
from services.events.use_cases.running import is_running
from shared.auth import Caller
from shared.contracts.events import Answer
from shared.contracts.members import Role
from shared.errors import ServiceError
from tests.conftest import Clock
from tests.events.activity_builders import dates_of, given_activity, member_of
from tests.events.builders import LONDON, given_group, given_occurrence, going
from tests.events.role_builders import does, takes

WEEKLY = {"every": "week", "count": 3}
NEEDS = {"host": 1, "cook": 2}


@pytest.fixture
def host(session: Session, group: Group) -> Caller:
    return member_of(session, group)


@pytest.fixture
def activity(session: Session, group: Group, host: Caller, clock: Clock) -> Activity:
    activity = given_activity(session, host, group, clock(), repeat=WEEKLY, capacity=3)
    set_roles(session, activity.id, NEEDS, caller=host, now=clock())
    return activity


@pytest.fixture
def film(session: Session, activity: Activity) -> Occurrence:
    """The first date of it."""
    return dates_of(session, activity.id)[0]


def said(session: Session, film: Occurrence, who: Caller) -> str | None:
    return session.scalar(select(Rsvp.answer).where(Rsvp.occurrence_id == film.id, Rsvp.member_id == who.member_id))


def test_who_takes_a_role_is_coming_on_one_of_the_places(
    session: Session, group: Group, film: Occurrence, host: Caller, clock: Clock
):
    cook = member_of(session, group)
    for _ in range(2):
        takes(session, film, cook, "cook", clock())
    assert does(session, film, "cook") == [cook.member_id]
    assert going(session, film.id) == (1, 1)
    answer_rsvp(session, film.id, host.member_id, Answer.GOING, now=clock())
    takes(session, film, host, "host", clock())
    assert going(session, film.id) == (2, 2)


def test_no_role_brings_more_people_than_there_are_places(
    session: Session, group: Group, film: Occurrence, clock: Clock
):
    for _ in range(3):
        answer_rsvp(session, film.id, uuid4(), Answer.GOING, now=clock())
    with pytest.raises(OccurrenceFull):
        takes(session, film, member_of(session, group), "cook", clock())


def test_the_third_of_two_cooks_is_thanked(session: Session, group: Group, film: Occurrence, clock: Clock):
    for _ in range(2):
        takes(session, film, member_of(session, group), "cook", clock())
    late = member_of(session, group)
    with pytest.raises(RoleFull, match="Thank you"):
        takes(session, film, late, "cook", clock())
    assert said(session, film, late) is None


@pytest.mark.parametrize("role", [None, Role.GUEST])
def test_roles_are_for_members_of_the_group_even_in_an_open_one(
    session: Session, group: Group, film: Occurrence, clock: Clock, role: Role | None
):
    stranger = member_of(session, group if role else given_group(session, "other"), role or Role.MEMBER)
    with pytest.raises(MembersOnly):
        takes(session, film, stranger, "host", clock())


def test_nobody_takes_what_is_not_needed_or_not_on(session: Session, film: Occurrence, host: Caller, clock: Clock):
    with pytest.raises(NoSuchRole):
        takes(session, film, host, "minibus", clock())
    with pytest.raises(OccurrenceOver):
        takes(session, film, host, "cook", film.ends_at)
    cancel_occurrence(session, film.id, caller=host, now=clock())
    with pytest.raises(OccurrenceCancelled):
        takes(session, film, host, "cook", clock())


def test_two_roles_at_once_elsewhere_are_taken_only_by_who_says_so(
    session: Session, group: Group, film: Occurrence, host: Caller, clock: Clock
):
    walk = given_occurrence(session, group)
    walk.roles, walk.title = {"cook": 1}, "A walk"
    takes(session, walk, host, "cook", clock())
    with pytest.raises(RoleClashes, match="A walk"):
        takes(session, film, host, "cook", clock())
    takes(session, film, host, "cook", clock(), anyway=True)
    takes(session, film, host, "host", clock(), anyway=True)
    assert does(session, film, "cook") == does(session, film, "host") == [host.member_id]


def test_a_role_is_given_back_in_one_tap_and_its_holder_still_comes(
    session: Session, film: Occurrence, host: Caller, clock: Clock
):
    takes(session, film, host, "cook", clock())
    takes(session, film, host, "host", clock())
    step_down(session, film.id, "cook", caller=host, now=clock())
    assert (does(session, film, "cook"), does(session, film, "host")) == ([], [host.member_id])
    for _ in range(2):
        step_down(session, film.id, None, caller=host, now=clock())
    assert does(session, film, "host") == []
    assert said(session, film, host) == Answer.GOING


def test_who_hosts_a_date_runs_that_date_and_no_other(
    session: Session, group: Group, activity: Activity, film: Occurrence, clock: Clock
):
    other = dates_of(session, activity.id)[1]
    friend = member_of(session, group)
    takes(session, film, friend, "host", clock())
    assert is_running(session, film, friend)
    assert not is_running(session, other, friend)
    assert not is_running(session, activity, friend)
    change_occurrence(session, film.id, OccurrenceEdit(title="Quiz"), caller=friend, now=clock())
    leave_group(session, group.id, friend.member_id, now=clock())
    assert not is_running(session, film, friend)
    assert does(session, film, "host") == []


def _says_no(session: Session, film: Occurrence, who: Caller, clock: Clock) -> None:
    answer_rsvp(session, film.id, who.member_id, Answer.NOT_GOING, now=clock())


def _steps_down(session: Session, film: Occurrence, who: Caller, clock: Clock) -> None:
    step_down(session, film.id, None, caller=who, now=clock())


def _leaves(session: Session, film: Occurrence, who: Caller, clock: Clock) -> None:
    leave_group(session, film.group_id, who.member_id, now=clock())


def _is_erased(session: Session, film: Occurrence, who: Caller, clock: Clock) -> None:
    erase_member(session, who.member_id, clock())


def _moves(session: Session, film: Occurrence, who: Caller, clock: Clock) -> None:
    moved = OccurrenceEdit(starts=film.starts + timedelta(days=1))
    change_occurrence(session, film.id, moved, caller=Caller("operator", scope="programme:write"), now=clock())


@pytest.mark.parametrize("happens", [_says_no, _steps_down, _leaves, _is_erased, _moves])
def test_whatever_frees_a_role_has_somebody_looked_for(
    session: Session, group: Group, film: Occurrence, clock: Clock, happens: object
):
    cook = member_of(session, group)
    takes(session, film, cook, "cook", clock())
    assert callable(happens)
    happens(session, film, cook, clock)
    session.expire_all()
    assert does(session, film, "cook") == []
    assert session.scalars(select(Cover.kind).where(Cover.due_at == clock())).all() == ["cook"]
    count, rows = going(session, film.id)
    assert count == rows


def test_two_records_of_one_person_do_a_thing_once(session: Session, group: Group, film: Occurrence, clock: Clock):
    kept, gone = member_of(session, group), member_of(session, group)
    for who, kind in ((kept, "cook"), (gone, "cook"), (gone, "host")):
        takes(session, film, who, kind, clock())
    merge_member(session, kept.member_id, gone.member_id, clock())
    assert does(session, film, "cook") == does(session, film, "host") == [kept.member_id]
    assert going(session, film.id) == (1, 1)


def test_a_later_no_of_either_record_gives_the_role_back(
    session: Session, group: Group, film: Occurrence, clock: Clock
):
    kept, gone = member_of(session, group), member_of(session, group)
    takes(session, film, kept, "cook", clock())
    answer_rsvp(session, film.id, gone.member_id, Answer.NOT_GOING, now=clock() + timedelta(minutes=1))
    merge_member(session, kept.member_id, gone.member_id, clock())
    assert does(session, film, "cook") == []


def test_a_date_may_need_more_than_the_others_and_go_back(
    session: Session, activity: Activity, film: Occurrence, host: Caller, clock: Clock
):
    set_roles_of_date(session, film.id, {"tea": 1}, caller=host, now=clock())
    set_roles(session, activity.id, {"cook": 1}, caller=host, now=clock())
    assert [needs_of(session, each) for each in dates_of(session, activity.id)] == [{"tea": 1}] + [{"cook": 1}] * 2
    set_roles_of_date(session, film.id, None, caller=host, now=clock())
    assert needs_of(session, film) == {"cook": 1}


def test_a_copy_needs_the_same_roles(session: Session, activity: Activity, host: Caller, clock: Clock):
    copy = ActivityCopy(starts=datetime(2026, 12, 24, 18, 30))
    begun = copy_activity(session, activity.id, copy, caller=host, zone=LONDON, weeks=26, now=clock())
    assert begun.roles == NEEDS


def test_no_fewer_are_needed_than_have_signed_up(
    session: Session, group: Group, activity: Activity, film: Occurrence, host: Caller, clock: Clock
):
    for _ in range(2):
        takes(session, film, member_of(session, group), "cook", clock())
    for lowered in ({"cook": 1}, {}):
        with pytest.raises(RolesTaken, match="2 have taken"):
            set_roles(session, activity.id, lowered, caller=host, now=clock())
        with pytest.raises(RolesTaken):
            set_roles_of_date(session, film.id, lowered, caller=host, now=clock())
    other = dates_of(session, activity.id)[1]
    set_roles_of_date(session, other.id, {}, caller=host, now=clock())
    assert needs_of(session, other) == {}


@pytest.mark.parametrize(("late", "refusal"), [(True, OccurrenceOver), (False, OccurrenceCancelled)])
def test_what_is_not_on_needs_nobody(
    session: Session, film: Occurrence, host: Caller, clock: Clock, late: bool, refusal: type[ServiceError]
):
    if not late:
        cancel_occurrence(session, film.id, caller=host, now=clock())
    with pytest.raises(refusal):
        set_roles_of_date(session, film.id, {"tea": 1}, caller=host, now=film.ends_at if late else clock())


def test_only_those_who_run_it_say_what_it_needs_and_on_what_they_saw(
    session: Session, group: Group, activity: Activity, film: Occurrence, host: Caller, clock: Clock
):
    with pytest.raises(NotYourProgramme):
        set_roles(session, activity.id, {}, caller=member_of(session, group), now=clock())
    seen = frozenset({version_of(NEEDS)})
    set_roles(session, activity.id, {"host": 1}, caller=host, seen=seen, now=clock())
    with pytest.raises(PlanChanged):
        set_roles(session, activity.id, NEEDS, caller=host, seen=seen, now=clock())
    with pytest.raises(PlanChanged):
        set_roles_of_date(session, film.id, NEEDS, caller=host, seen=seen, now=clock())

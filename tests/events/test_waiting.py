"""Waiting for a place, being asked, and answering: every path that frees a place asks whoever is next."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from services.events.errors.places import (
    AlreadyComing,
    OccurrenceFull,
    OfferOver,
    PartyTooBig,
    PlacesAreDrawn,
    PlacesFree,
)
from services.events.errors.programme import CapacityTooSmall
from services.events.models import Activity, Companion, Group, LineDraw, Occurrence, Rsvp, Waiting
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases.erasure import erase_member
from services.events.use_cases.groups import leave_group
from services.events.use_cases.merging import merge_member
from services.events.use_cases.places import ask_next_in, look_at_line
from services.events.use_cases.programme import cancel_occurrence, change_occurrence, restore_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from services.events.use_cases.telling import republish
from services.events.use_cases.waiting import leave_line, wait_for_place
from services.events.waitlist import Priority, lot_of
from shared.auth import Caller
from shared.contracts.events import (
    Answer,
    OccurrenceCancelled,
    OfferWithdrawn,
    PlaceOffered,
    RsvpChanged,
    WaitedForCalledOff,
)
from shared.contracts.members import Visibility
from tests.conftest import Clock
from tests.events.builders import given_group, given_member, given_occurrence, going, told, told_since

OPERATOR = Caller(issuer="operator", scope="programme:write")
YES, NO = Answer.GOING, Answer.NOT_GOING
BUDDY, CHILD = Companion.BUDDY, Companion.CHILD


class Evening:
    """A full evening and its line, to say things to."""

    def __init__(self, session: Session, group: Group, clock: Clock, capacity: int = 2, **rules: object) -> None:
        self.session, self.clock = session, clock
        self.occurrence = given_occurrence(session, group, capacity=capacity)
        self.activity = session.get_one(Activity, self.occurrence.activity_id)
        for name, value in rules.items():
            setattr(self.activity, name, value)
        self.coming = [given_member(session, group) for _ in range(capacity)]
        for each in self.coming:
            answer_rsvp(session, self.occurrence.id, each, YES, now=clock())

    def says(self, member: UUID, answer: Answer, others: dict[Companion, int] | None = None) -> None:
        with self.session.begin_nested():
            answer_rsvp(self.session, self.occurrence.id, member, answer, others=others, now=self.clock())

    def waits(self, others: dict[Companion, int] | None = None, member: UUID | None = None) -> UUID:
        member = member or uuid4()
        wait_for_place(self.session, self.occurrence.id, member, others or {}, now=self.clock())
        return member

    def change(self, **edit: object) -> None:
        change_occurrence(self.session, self.occurrence.id, OccurrenceEdit(**edit), caller=OPERATOR, now=self.clock())

    def looks(self) -> None:
        look_at_line(self.session, self.occurrence.id, self.clock())

    @property
    def offered(self) -> dict[UUID, datetime]:
        entries = self.session.scalars(
            select(Waiting).where(Waiting.offered_until.is_not(None)), execution_options={"populate_existing": True}
        )
        return {each.member_id: each.offered_until for each in entries if each.offered_until is not None}

    @property
    def counts(self) -> tuple[int, int, int]:
        self.session.flush()
        self.session.refresh(self.occurrence)
        return self.occurrence.going, self.occurrence.held, self.occurrence.waiting


@pytest.fixture
def evening(session: Session, group: Group, clock: Clock) -> Evening:
    return Evening(session, group, clock)


def test_a_place_that_comes_free_is_held_for_the_first_in_line(evening: Evening, clock: Clock):
    first, second = evening.waits(), evening.waits()
    evening.says(evening.coming[0], NO)
    assert list(evening.offered) == [first]
    assert evening.counts == (1, 1, 1)
    assert evening.occurrence.places_left == 0
    [offer] = [each for each in told(evening.session) if isinstance(each, PlaceOffered)]
    assert (offer.member_id, offer.until, offer.asked_again) == (first, evening.offered[first], False)
    for newcomer in (uuid4(), second):
        with pytest.raises(OccurrenceFull):
            evening.says(newcomer, YES)


def test_a_yes_takes_the_place_that_is_held_with_the_party_it_was_held_for(evening: Evening):
    pair = evening.waits({BUDDY: 1})
    evening.says(evening.coming[0], NO)
    assert evening.offered == {}
    evening.says(evening.coming[1], NO)
    assert list(evening.offered) == [pair]
    evening.says(pair, YES)
    assert evening.counts == (2, 0, 0)
    assert evening.session.get_one(Rsvp, (evening.occurrence.id, pair)).others == {"buddy": 1}
    assert evening.session.scalars(select(Waiting)).all() == []
    assert told(evening.session)[-1] == RsvpChanged(occurrence_id=evening.occurrence.id, member_id=pair, answer=YES)


def test_a_no_to_an_offer_asks_the_next_and_silence_does_so_when_the_time_is_over(evening: Evening, clock: Clock):
    first, second, third = (evening.waits() for _ in range(3))
    evening.says(evening.coming[0], NO)
    evening.says(first, NO)
    assert list(evening.offered) == [second]
    clock.set(evening.offered[second])
    evening.looks()
    assert list(evening.offered) == [third]
    with pytest.raises(OfferOver):
        evening.says(second, YES)
    evening.says(evening.coming[1], NO)
    assert set(evening.offered) == {second, third}


def test_an_offer_whose_time_is_over_is_over_before_any_job_looks(evening: Evening, clock: Clock):
    first, second = evening.waits(), evening.waits()
    evening.says(evening.coming[0], NO)
    clock.set(evening.offered[first])
    with pytest.raises(OfferOver, match="still in the line"):
        evening.says(first, YES)
    evening.looks()
    assert list(evening.offered) == [second]


def test_who_is_the_only_one_still_has_the_place_when_their_time_is_over(evening: Evening, clock: Clock):
    only = evening.waits()
    evening.says(evening.coming[0], NO)
    clock.set(evening.offered[only])
    evening.says(only, YES)
    assert evening.counts == (2, 0, 0)


def test_leaving_the_line_is_one_step_and_frees_what_was_held(evening: Evening, clock: Clock):
    first, second = evening.waits(), evening.waits()
    evening.says(evening.coming[0], NO)
    for _ in range(2):
        leave_line(evening.session, evening.occurrence.id, first, now=clock())
    assert list(evening.offered) == [second]
    withdrawn = [each for each in told(evening.session) if isinstance(each, OfferWithdrawn)]
    assert withdrawn == [OfferWithdrawn(occurrence_id=evening.occurrence.id, member_id=first)]


def _no(evening: Evening, group: Group) -> None:
    evening.says(evening.coming[0], NO)


def _leaves(evening: Evening, group: Group) -> None:
    leave_group(evening.session, group.id, evening.coming[0], now=evening.clock())


def _erased(evening: Evening, group: Group) -> None:
    erase_member(evening.session, evening.coming[0], evening.clock())


def _merged(evening: Evening, group: Group) -> None:
    merge_member(evening.session, evening.coming[1], evening.coming[0], evening.clock())


def _raised(evening: Evening, group: Group) -> None:
    evening.change(capacity=3)


@pytest.mark.parametrize("frees", [_no, _leaves, _erased, _merged, _raised])
def test_whatever_frees_or_adds_a_place_asks_the_next(
    session: Session, clock: Clock, frees: Callable[[Evening, Group], None]
):
    group = given_group(session, visibility=Visibility.CLOSED)
    evening = Evening(session, group, clock)
    member = evening.waits(member=given_member(session, group))
    frees(evening, group)
    assert list(evening.offered) == [member]


def test_who_brings_fewer_frees_the_rest(session: Session, group: Group, clock: Clock):
    evening = Evening(session, group, clock, capacity=3)
    evening.says(evening.coming[0], NO)
    evening.says(evening.coming[1], YES, {CHILD: 1})
    waiting = evening.waits()
    evening.says(evening.coming[1], YES, {})
    assert list(evening.offered) == [waiting]
    assert evening.counts == (2, 1, 0)


@pytest.mark.parametrize(
    "gone", [erase_member, lambda s, m, n: leave_group(s, s.scalars(select(Occurrence.group_id)).first(), m, now=n)]
)
def test_who_goes_while_they_wait_leaves_nothing_held(
    session: Session, clock: Clock, gone: Callable[[Session, UUID, datetime], None]
):
    group = given_group(session, visibility=Visibility.CLOSED)
    evening = Evening(session, group, clock)
    first, second = (evening.waits(member=given_member(session, group)) for _ in range(2))
    evening.says(evening.coming[0], NO)
    gone(session, first, clock())
    assert list(evening.offered) == [second]
    assert evening.counts == (1, 1, 0)


def test_two_records_of_one_person_wait_once_and_not_for_what_they_have(evening: Evening, clock: Clock):
    kept, gone, other = (evening.waits() for _ in range(3))
    merge_member(evening.session, kept, gone, clock())
    merge_member(evening.session, evening.coming[0], other, clock())
    assert evening.session.scalars(select(Waiting.member_id)).all() == [kept]


def test_parties_are_all_or_nothing_and_no_bigger_than_the_activity_says(session: Session, group: Group, clock: Clock):
    evening = Evening(session, group, clock, capacity=4)
    evening.says(evening.coming[0], NO)
    evening.says(evening.coming[1], NO)
    friend = uuid4()
    with pytest.raises(PartyTooBig, match="up to 2"):
        evening.says(friend, YES, {BUDDY: 2, CHILD: 1})
    with pytest.raises(OccurrenceFull, match="There are 2 left"):
        evening.says(friend, YES, {BUDDY: 1, CHILD: 1})
    evening.says(friend, YES, {BUDDY: 1})
    assert going(session, evening.occurrence.id) == (4, 3)
    evening.says(friend, YES)
    assert going(session, evening.occurrence.id) == (4, 3)


def test_nobody_waits_who_has_a_place_or_could_take_one(evening: Evening):
    with pytest.raises(AlreadyComing):
        evening.waits(member=evening.coming[0])
    evening.says(evening.coming[0], NO)
    with pytest.raises(PlacesFree):
        evening.waits()
    with pytest.raises(PartyTooBig):
        evening.waits({BUDDY: 2})


def test_waiting_twice_keeps_the_first_place_in_line(evening: Evening):
    first, second = evening.waits(), evening.waits()
    evening.waits({BUDDY: 1}, member=second)
    evening.waits(member=first)
    evening.says(evening.coming[0], NO)
    assert list(evening.offered) == [first]


def test_the_limit_does_not_fall_below_who_comes_and_who_is_asked(evening: Evening):
    evening.waits()
    evening.says(evening.coming[0], NO)
    with pytest.raises(CapacityTooSmall, match="1 are coming, and 1 more"):
        evening.change(capacity=1)


def test_what_is_called_off_offers_nothing_and_goes_on_when_it_is_back(evening: Evening, clock: Clock):
    first = evening.waits()
    evening.says(evening.coming[0], NO)
    cancel_occurrence(evening.session, evening.occurrence.id, caller=OPERATOR, now=clock())
    assert (evening.offered, evening.counts[1]) == ({}, 0)
    evening.occurrence.status = "scheduled"
    ask_next_in(evening.session, [evening.occurrence.id], clock())
    assert list(evening.offered) == [first]


def test_when_it_begins_the_line_is_over(evening: Evening, clock: Clock):
    evening.waits()
    evening.waits()
    evening.says(evening.coming[0], NO)
    clock.set(evening.occurrence.starts_at)
    evening.looks()
    assert evening.counts == (1, 0, 0)
    assert evening.session.scalars(select(Waiting)).all() == []
    evening.says(uuid4(), YES)


def test_a_big_party_at_the_head_is_waited_for_or_passed_over_as_the_group_chose(
    session: Session, group: Group, clock: Clock
):
    for fills in (False, True):
        evening = Evening(session, group, clock, fills_room=fills)
        evening.waits({BUDDY: 1})
        single = evening.waits()
        evening.says(evening.coming[0], NO)
        assert (single in evening.offered) == fills
        if not fills:
            with pytest.raises(OccurrenceFull):
                evening.says(uuid4(), YES)


def test_places_that_are_drawn_go_to_nobody_before_the_draw_and_then_by_lot(
    session: Session, group: Group, clock: Clock
):
    evening = Evening(session, group, clock, capacity=3)
    for each in evening.coming:
        evening.says(each, NO)
    evening.activity.priority = Priority.DRAW
    with pytest.raises(PlacesAreDrawn, match="18:30 on Tuesday 24 November"):
        evening.says(uuid4(), YES)
    asked = [evening.waits() for _ in range(6)]
    assert evening.offered == {}
    clock.set(evening.occurrence.starts_at - timedelta(hours=48))
    evening.looks()
    draw = session.scalars(select(LineDraw)).one()
    by_lot = sorted(asked, key=lambda each: lot_of(draw.seed, each))
    assert set(evening.offered) == set(by_lot[:3])
    assert draw.entrants == 6


def test_who_was_there_less_often_is_asked_first_where_the_group_says_so(session: Session, group: Group, clock: Clock):
    evening = Evening(session, group, clock, priority=Priority.FEWER_TURNS)
    past = given_occurrence(session, group, days=-7, capacity=1)
    past.activity_id = evening.activity.id
    often = uuid4()
    answer_rsvp(session, past.id, often, YES, now=clock() - timedelta(days=7))
    evening.waits(member=often)
    seldom = evening.waits()
    evening.says(evening.coming[0], NO)
    assert list(evening.offered) == [seldom]


def test_a_real_move_asks_everybody_again_and_a_small_one_keeps_their_yes(evening: Evening, clock: Clock):
    evening.change(starts=datetime(2026, 11, 26, 20, 0))
    assert evening.counts == (2, 0, 0)
    waiting, before = evening.waits(), len(told(evening.session))
    evening.change(starts=datetime(2026, 11, 27, 18, 30))
    assert evening.counts == (0, 2, 1)
    assert set(evening.offered) == set(evening.coming)
    said = told_since(evening.session, before)
    assert [each.member_id for each in said if isinstance(each, RsvpChanged)] == evening.coming
    assert all(each.asked_again for each in said if isinstance(each, PlaceOffered))
    evening.says(evening.coming[0], YES)
    evening.says(evening.coming[1], NO)
    assert evening.counts == (1, 1, 0)
    assert list(evening.offered) == [waiting]


def test_who_waits_or_is_offered_a_place_hears_that_it_is_off_and_is_asked_when_it_is_on_again(evening: Evening):
    offered, waits = evening.waits(), evening.waits()
    evening.says(evening.coming[0], NO)
    before = len(told(evening.session))
    of = evening.occurrence.id
    for _ in range(2):
        cancel_occurrence(evening.session, of, caller=OPERATOR, now=evening.clock())
    withdrawn, off, *lines = told_since(evening.session, before)
    assert withdrawn == OfferWithdrawn(occurrence_id=of, member_id=offered)
    assert isinstance(off, OccurrenceCancelled)
    assert lines == [WaitedForCalledOff(occurrence_id=of, member_id=each) for each in (offered, waits)]
    restore_occurrence(evening.session, of, caller=OPERATOR, now=evening.clock())
    assert list(evening.offered) == [offered]
    assert evening.counts == (1, 1, 1)


def test_five_hundred_places_at_once_take_a_handful_of_statements(session: Session, group: Group, clock: Clock):
    evening = Evening(session, group, clock, capacity=1)
    for _ in range(500):
        evening.waits()
    session.flush()
    asked: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2]))
    evening.change(capacity=501)
    assert evening.counts == (1, 500, 0)
    assert len(asked) < 20, asked


def test_a_plain_yes_is_four_statements(session: Session, group: Group, clock: Clock):
    """What stands, the answer, the place and the message: it is what everybody does at once."""
    evening = given_occurrence(session, group, capacity=5)
    session.flush()
    said: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *args: said.append(args[2]))
    answer_rsvp(session, evening.id, uuid4(), YES, now=clock())
    assert [each.split()[0] for each in said if "pg_notify" not in each] == ["SELECT", "INSERT", "UPDATE", "INSERT"]


def test_an_offer_that_still_stands_is_told_again_after_the_answers(evening: Evening, clock: Clock):
    first = evening.waits()
    evening.says(evening.coming[0], NO)
    before, until = len(told(evening.session)), evening.offered[first]
    republish(evening.session, clock())
    offer = PlaceOffered(occurrence_id=evening.occurrence.id, member_id=first, until=until)
    assert told_since(evening.session, before)[-1] == offer
    clock.set(until)
    republish(evening.session, clock())
    assert offer not in told_since(evening.session, before + 4)


def test_a_no_to_an_offer_after_an_earlier_no_is_told_too(evening: Evening):
    member = uuid4()
    evening.says(member, NO)
    evening.waits(member=member)
    evening.says(evening.coming[0], NO)
    before = len(told(evening.session))
    evening.says(member, NO)
    no = RsvpChanged(occurrence_id=evening.occurrence.id, member_id=member, answer=NO)
    assert told_since(evening.session, before) == [no]


def test_what_is_offered_to_a_party_is_theirs_though_fewer_may_be_brought_by_now(
    session: Session, group: Group, clock: Clock
):
    evening = Evening(session, group, clock)
    family = evening.waits({CHILD: 1})
    for each in evening.coming:
        evening.says(each, NO)
    assert evening.offered.keys() == {family}
    evening.activity.most_others = 0
    session.flush()
    evening.says(family, YES)
    assert going(session, evening.occurrence.id) == (2, 1)

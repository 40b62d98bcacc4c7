"""Changing a series: this and later, or all to come, with whoever said yes taken along."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import event
from sqlalchemy.orm import Session

from services.events.errors.activities import FromAFile, NothingToCome
from services.events.errors.programme import CapacityTooSmall, NotYourProgramme, TimeUnusable
from services.events.jobs import EventsWork, extend_activities
from services.events.models import Activity, Group, Occurrence
from services.events.schemas.activities import ActivityCopy
from services.events.schemas.programme import OccurrenceEdit
from services.events.schemas.series import SeriesChange, SeriesEdit
from services.events.use_cases.activities import copy_activity, preview_activity
from services.events.use_cases.closed_dates import close_date, open_date
from services.events.use_cases.importing import import_programme
from services.events.use_cases.programme import (
    cancel_occurrence,
    change_occurrence,
    confirm_occurrence,
    restore_occurrence,
    unconfirm_occurrence,
)
from services.events.use_cases.rsvp import answer_rsvp
from services.events.use_cases.series import change_series
from shared.auth import Caller
from shared.contracts.events import (
    Answer,
    OccurrenceCancelled,
    OccurrenceConfirmed,
    OccurrenceDescribed,
    OccurrenceMoved,
    OccurrenceScheduled,
    OccurrenceState,
    PlaceOffered,
    RsvpChanged,
)
from shared.db import Sessions
from shared.errors import ServiceError
from tests.conftest import Clock
from tests.events.activity_builders import WEEKLY, WEEKS, dates_of, draft_of, given_activity, member_of
from tests.events.builders import LONDON, given_occurrence, told, told_since


@pytest.fixture
def host(session: Session, group: Group) -> Caller:
    return member_of(session, group)


@pytest.fixture
def series(session: Session, group: Group, host: Caller, clock: Clock) -> Activity:
    """Ten Thursdays from 26 November."""
    return given_activity(session, host, group, clock(), repeat=WEEKLY)


def change(
    session: Session, activity: Activity, host: Caller, clock: Clock, *, preview: bool = False, **fields: Any
) -> SeriesChange:
    edit = SeriesEdit.model_validate({"reach": "all"} | fields)
    return change_series(
        session, activity.id, edit, caller=host, preview=preview, zone=LONDON, weeks=WEEKS, now=clock()
    )


def on(session: Session, activity: Activity) -> list[str]:
    session.expire_all()
    return [f"{each.starts:%d %b %H:%M}" for each in dates_of(session, activity.id) if not each.is_cancelled]


def test_a_preview_says_what_the_change_then_does_and_writes_nothing(
    session: Session, series: Activity, host: Caller, clock: Clock
):
    edit = {"starts": "2026-11-25T19:00", "repeat": {"every": "week", "interval": 2, "count": 3}}
    before, messages = on(session, series), len(told(session))
    seen = change(session, series, host, clock, preview=True, **edit)
    assert (on(session, series), len(told(session))) == (before, messages)
    assert change(session, series, host, clock, **edit) == seen
    assert (seen.moved, seen.cancelled, seen.added) == (3, 7, 0)
    assert on(session, series) == ["25 Nov 19:00", "09 Dec 19:00", "23 Dec 19:00"]


def test_those_going_go_along_and_are_asked_again_for_the_new_day(
    session: Session, series: Activity, host: Caller, clock: Clock
):
    third = dates_of(session, series.id)[2]
    member = uuid4()
    answer_rsvp(session, third.id, member, Answer.GOING, now=clock())
    before = len(told(session))
    change(session, series, host, clock, reach="later", occurrence_id=third.id, starts="2026-12-09T18:30")
    session.refresh(third)
    assert (third.slot, third.going, third.held, third.sequence) == ("2026-12-09T18:30:00", 0, 1, 1)
    offered, *moved = [each for each in told_since(session, before) if not isinstance(each, RsvpChanged)]
    assert isinstance(offered, PlaceOffered)
    assert (offered.member_id, offered.asked_again) == (member, True)
    assert {type(each) for each in moved} == {OccurrenceMoved}
    assert on(session, series)[:4] == ["26 Nov 18:30", "03 Dec 18:30", "09 Dec 18:30", "16 Dec 18:30"]
    assert len(on(session, series)) == 10


def test_all_to_come_after_an_earlier_change_leaves_each_stretch_its_own_day(
    session: Session, series: Activity, host: Caller, clock: Clock
):
    third = dates_of(session, series.id)[2]
    change(session, series, host, clock, reach="later", occurrence_id=third.id, starts="2026-12-09T18:30", title="Quiz")
    change(session, series, host, clock, starts="2026-11-26T19:00", place="The park")
    assert on(session, series)[:3] == ["26 Nov 19:00", "03 Dec 19:00", "09 Dec 19:00"]
    words = [(each.title, each.place) for each in dates_of(session, series.id)]
    assert words == [("Film night", "The park")] * 2 + [("Quiz", "The park")] * 8


def test_what_is_over_is_never_changed(session: Session, series: Activity, host: Caller, clock: Clock):
    clock.go_on(days=8)
    found = change(session, series, host, clock, title="Quiz", repeat=None)
    titles = [(each.title, each.status) for each in dates_of(session, series.id)]
    assert titles[:2] == [("Film night", "scheduled"), ("Quiz", "scheduled")]
    assert (found.cancelled, found.dates.count) == (8, 1)


def test_what_was_changed_or_called_off_by_hand_stays_and_is_counted(
    session: Session, series: Activity, host: Caller, clock: Clock
):
    first, second, *_ = dates_of(session, series.id)
    change_occurrence(session, first.id, OccurrenceEdit(title="Premiere"), caller=host, now=clock())
    cancel_occurrence(session, second.id, caller=host, now=clock())
    found = change(session, series, host, clock, title="Quiz", card={"dogs": {"known": "no"}})
    assert (found.kept_by_hand, found.changed) == (2, 10)
    assert first.title == "Premiere"
    assert first.card == {"dogs": {"known": "no", "note": ""}}
    assert second.is_cancelled
    restore_occurrence(session, second.id, caller=host, now=clock())
    assert (second.title, second.status) == ("Quiz", "scheduled")


def test_as_many_are_left_as_there_were_when_the_day_changes(
    session: Session, series: Activity, host: Caller, clock: Clock
):
    clock.go_on(days=8)
    change(session, series, host, clock, starts="2026-12-04T18:30")
    assert len(on(session, series)) == 10
    change(session, series, host, clock, starts="2026-12-05T18:30")
    assert len(on(session, series)) == 10


def test_a_last_date_goes_along_with_the_day(session: Session, group: Group, host: Caller, clock: Clock):
    until = {"every": "week", "until": "2026-12-10"}
    activity = given_activity(session, host, group, clock(), repeat=until)
    change(session, activity, host, clock, starts="2026-11-27T18:30")
    assert on(session, activity) == ["27 Nov 18:30", "04 Dec 18:30", "11 Dec 18:30"]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"starts": "2026-11-22T18:30"}, TimeUnusable),
        ({"ends": "2026-11-26T18:00"}, TimeUnusable),
        ({"starts": "2027-03-28T01:30"}, TimeUnusable),
        ({"capacity": 1}, CapacityTooSmall),
    ],
)
def test_what_cannot_be_is_refused(
    session: Session, series: Activity, host: Caller, clock: Clock, fields: dict[str, Any], refusal: type[ServiceError]
):
    first, *_ = dates_of(session, series.id)
    for _ in range(2):
        answer_rsvp(session, first.id, uuid4(), Answer.GOING, now=clock())
    with pytest.raises(refusal):
        change(session, series, host, clock, **fields)


@pytest.mark.parametrize("preview", [True, False])
def test_fewer_places_than_are_taken_are_refused_with_the_dates(
    session: Session, series: Activity, host: Caller, clock: Clock, *, preview: bool
):
    for number, each in enumerate(dates_of(session, series.id)[:5]):
        for _ in range(number + 1):
            answer_rsvp(session, each.id, uuid4(), Answer.GOING, now=clock())
    words = r"on 3 December \(2\), 10 December \(3\), 17 December \(4\) and 1 more. Give at least 5"
    with pytest.raises(CapacityTooSmall, match=words):
        change(session, series, host, clock, capacity=1, preview=preview)


def test_who_may_and_what_has_no_plan(session: Session, group: Group, series: Activity, host: Caller, clock: Clock):
    with pytest.raises(NotYourProgramme):
        change(session, series, member_of(session, group), clock, title="Quiz")
    with pytest.raises(ValidationError, match="occurrence_id"):
        change(session, series, host, clock, reach="later", title="Quiz")
    operator = Caller(issuer="operator", scope="programme:write")
    evening = given_occurrence(session, group)
    with pytest.raises(FromAFile):
        change(session, session.get_one(Activity, evening.activity_id), operator, clock, title="Quiz")
    with pytest.raises(NothingToCome):
        change(session, series, host, clock, reach="later", occurrence_id=evening.id, title="Quiz")
    clock.go_on(days=100)
    with pytest.raises(NothingToCome):
        change(session, series, host, clock, title="Quiz")


def test_an_endless_rule_goes_on_as_it_is_now_and_once(
    database: Sessions, session: Session, group: Group, host: Caller, clock: Clock
):
    activity = given_activity(session, host, group, clock(), repeat={"every": "week"})
    change(session, activity, host, clock, starts="2026-11-25T18:30")
    close_date(
        session,
        group.id,
        dates_of(session, activity.id)[0].starts.date() + timedelta(weeks=27),
        "Shut",
        caller=host,
        now=clock(),
    )
    session.commit()
    count = len(on(session, activity))
    clock.go_on(weeks=3)
    work = EventsWork("events", database, clock, weeks=WEEKS, timezone=LONDON)
    for _ in range(2):
        extend_activities(work)
    found = on(session, activity)
    assert len(found) == count + 2
    assert found[-2:] == ["26 May 18:30", "09 Jun 18:30"]


def test_new_words_leave_out_no_date_that_has_yet_to_be_made(
    database: Sessions, session: Session, group: Group, host: Caller, clock: Clock
):
    activity = given_activity(session, host, group, clock(), repeat={"every": "week"})
    count = len(on(session, activity))
    clock.go_on(weeks=1)
    change(session, activity, host, clock, title="Quiz")
    session.commit()
    extend_activities(EventsWork("events", database, clock, weeks=WEEKS, timezone=LONDON))
    assert len(on(session, activity)) == count + 1


def test_a_date_that_fell_out_is_on_again_when_an_endless_rule_reaches_it(
    database: Sessions, session: Session, group: Group, host: Caller, clock: Clock
):
    activity = given_activity(session, host, group, clock(), repeat={"every": "week", "count": 30})
    change(session, activity, host, clock, repeat={"every": "week"})
    assert len(on(session, activity)) == 26
    clock.go_on(weeks=4)
    session.commit()
    extend_activities(EventsWork("events", database, clock, weeks=WEEKS, timezone=LONDON))
    session.expire_all()
    assert len(on(session, activity)) == len(dates_of(session, activity.id)) == 30


def test_an_hour_that_changes_a_little_asks_nobody_again(
    session: Session, series: Activity, host: Caller, clock: Clock
):
    first = dates_of(session, series.id)[0]
    answer_rsvp(session, first.id, uuid4(), Answer.GOING, now=clock())
    change(session, series, host, clock, starts="2026-11-26T19:00")
    session.refresh(first)
    assert (f"{first.starts:%H:%M}", first.going, first.held) == ("19:00", 1, 0)


# Single dates


def test_bringing_back_and_confirming_are_told_once(session: Session, group: Group, host: Caller, clock: Clock):
    [only] = dates_of(session, given_activity(session, host, group, clock(), tentative=True).id)
    for act in (confirm_occurrence, unconfirm_occurrence, cancel_occurrence, restore_occurrence):
        for _ in range(2):
            act(session, only.id, caller=host, now=clock())
    assert [type(each) for each in told(session)] == [
        OccurrenceScheduled,
        OccurrenceConfirmed,
        OccurrenceDescribed,
        OccurrenceCancelled,
        OccurrenceScheduled,
    ]
    assert [each.tentative for each in told(session) if isinstance(each, OccurrenceState)] == [1, 0, 1, 0, 0]
    assert (only.status, only.sequence) == ("scheduled", 4)


# Closed dates and bank holidays


def test_a_closed_date_calls_off_what_is_on_and_no_rule_makes_anything_on_it(
    session: Session, group: Group, series: Activity, host: Caller, clock: Clock
):
    day = dates_of(session, series.id)[4].starts.date()
    before = len(told(session))
    assert [close_date(session, group.id, day, "Christmas", caller=host, now=clock()) for _ in range(2)] == [1, 0]
    assert [type(each) for each in told_since(session, before)] == [OccurrenceCancelled]
    other = given_activity(session, host, group, clock(), repeat=WEEKLY)
    assert len(on(session, other)) == 9
    open_date(session, group.id, day, caller=host)
    assert len(on(session, series)) == 9
    assert len(on(session, given_activity(session, host, group, clock(), repeat=WEEKLY))) == 10
    with pytest.raises(NotYourProgramme):
        close_date(session, group.id, day, "Christmas", caller=member_of(session, group), now=clock())


def test_a_preview_warns_of_bank_holidays_and_leaves_out_closed_dates(
    session: Session, group: Group, series: Activity, host: Caller, clock: Clock
):
    day = dates_of(session, series.id)[0].starts.date()
    close_date(session, group.id, day, "The hall is shut", caller=host, now=clock())
    friday = {"starts": "2026-11-27T18:30", "ends": "2026-11-27T21:00"}
    where: dict[str, Any] = {"caller": host, "zone": LONDON, "weeks": WEEKS, "holidays": "GB-ENG", "now": clock()}
    count = session.query(Occurrence).count()
    thursdays = preview_activity(session, draft_of(group, repeat={"every": "week", "count": 15}), **where)
    fridays = preview_activity(session, draft_of(group, **friday, repeat=WEEKLY), **where)
    assert session.query(Occurrence).count() == count
    assert [(f"{each.day}", each.why) for each in thursdays.closed] == [("2026-11-26", "The hall is shut")]
    assert (thursdays.dates.count, len(thursdays.dates.first), len(thursdays.dates.last)) == (14, 10, 4)
    assert [(f"{each.day}", each.why) for each in fridays.bank_holidays] == [
        ("2026-12-25", "Christmas Day"),
        ("2027-01-01", "New Year's Day"),
    ]


def test_a_copy_is_like_the_other_but_for_what_was_said(session: Session, group: Group, series: Activity, clock: Clock):
    copy = ActivityCopy.model_validate({"starts": "2027-02-04T19:00", "title": "Film night with music"})
    other = member_of(session, group)
    made = copy_activity(session, series.id, copy, caller=other, zone=LONDON, weeks=WEEKS, now=clock())
    assert on(session, made) == ["04 Feb 19:00"]
    [only] = dates_of(session, made.id)
    assert (only.title, only.place, f"{only.ends:%H:%M}") == ("Film night with music", "Church Hall", "21:30")


def test_five_years_are_made_and_changed_in_a_few_statements(
    database: Sessions, session: Session, group: Group, host: Caller, clock: Clock
):
    said: list[str] = []
    event.listen(database.kw["bind"], "before_cursor_execute", lambda *args: said.append(args[2]))
    activity = given_activity(session, host, group, clock(), repeat={"every": "week", "count": 260})
    assert len(said) < 25
    said.clear()
    change(session, activity, host, clock, starts="2026-11-25T18:30")
    assert len(said) < 25
    assert len(on(session, activity)) == 260


def test_a_file_made_of_our_own_programme_changes_nothing(
    session: Session, group: Group, series: Activity, clock: Clock
):
    lines = [
        *(
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:x",
            "BEGIN:VEVENT",
            f"UID:{series.uid}",
            "DTSTAMP:20261123T000000Z",
        ),
        *("DTSTART;TZID=Europe/London:20261126T200000", "SUMMARY:Something else", "END:VEVENT", "END:VCALENDAR", ""),
    ]
    before = on(session, series)
    data = "\r\n".join(lines).encode()
    import_programme(session, group.slug, data, "x.ics", replace=True, zone=LONDON, weeks=WEEKS, now=clock())
    assert on(session, series) == before

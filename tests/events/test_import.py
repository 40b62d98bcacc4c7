"""What importing a calendar changes, on a database and in messages."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.errors.calendar import NotACalendar, UnknownGroup
from services.events.jobs import EventsWork, extend_programme
from services.events.models import Activity, Group, Occurrence
from services.events.programme_diff import Window
from services.events.schemas.imports import ImportReport
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases import importing
from services.events.use_cases.programme import cancel_occurrence, change_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from shared.auth import Caller
from shared.contracts import events
from shared.contracts.events import Answer
from shared.contracts.members import Visibility
from shared.db import Sessions
from tests.conftest import Clock
from tests.events.builders import LONDON, given_group, given_occurrence, going, told
from tests.events.calendar_builders import SAMPLES, calendar, event

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
WINDOW = Window(NOW, date(2026, 11, 23), date(2027, 5, 24))
OPERATOR = Caller(issuer="operator", scope="programme:write")


def bring_in(
    session: Session,
    data: bytes,
    *,
    now: datetime = NOW,
    group: str = "forum",
    name: str = "forum.ics",
    replace: bool = False,
) -> ImportReport:
    return importing.import_programme(session, group, data, name, replace=replace, zone=LONDON, weeks=26, now=now)


def kinds(session: Session, after: int = 0) -> list[type]:
    return [type(message) for message in told(session)[after:]]


GAMES = event("RRULE:FREQ=WEEKLY;COUNT=4")
WALK = event("DTSTART:20261128T100000", "LOCATION:The hills", uid="walk@example.org", title="A walk")


def test_a_programme_goes_in_and_is_told(session: Session, group: Group):
    report = bring_in(session, calendar(GAMES, WALK))
    assert report.activities.model_dump() == {"added": 2, "changed": 0, "unchanged": 0, "missing": 0}
    assert report.occurrences.added == 5
    assert kinds(session) == [events.OccurrenceScheduled] * 5
    walk = next(each for each in told(session) if isinstance(each, events.OccurrenceScheduled) and each.place)
    assert (walk.title, walk.place, walk.starts) == ("A walk", "The hills", datetime(2026, 11, 28, 10))


def test_the_same_file_again_changes_and_tells_nothing(session: Session, group: Group):
    bring_in(session, calendar(GAMES, WALK))
    before = len(told(session))
    rows = session.execute(select(Occurrence.id, Occurrence.sequence).order_by(Occurrence.id)).all()
    report = bring_in(session, calendar(GAMES, WALK))
    assert report.activities.unchanged == 2
    assert report.occurrences.model_dump() == {
        "added": 0,
        "moved": 0,
        "changed": 0,
        "cancelled": 0,
        "restored": 0,
        "unchanged": 5,
    }
    assert kinds(session, before) == []
    assert session.execute(select(Occurrence.id, Occurrence.sequence).order_by(Occurrence.id)).all() == rows


@pytest.mark.parametrize("sample", ["google.ics", "outlook.ics", "apple.ics", "wordpress.ics"])
def test_what_real_programs_write_goes_in_once(session: Session, group: Group, sample: str):
    data = (SAMPLES / sample).read_bytes()
    assert bring_in(session, data).occurrences.added
    before = len(told(session))
    again = bring_in(session, data)
    assert again.occurrences.unchanged == before
    assert kinds(session, before) == []


def test_an_edited_file_changes_just_what_changed(session: Session, group: Group):
    bring_in(session, calendar(GAMES, WALK))
    before = len(told(session))
    edited = event("RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:20261203T183000", "LOCATION:Church Hall")
    report = bring_in(session, calendar(edited, WALK))
    assert report.activities.model_dump() == {"added": 0, "changed": 1, "unchanged": 1, "missing": 0}
    assert (report.occurrences.moved, report.occurrences.cancelled, report.occurrences.unchanged) == (3, 1, 1)
    assert sorted(kinds(session, before), key=str) == [events.OccurrenceCancelled] + [events.OccurrenceMoved] * 3


def test_another_weekly_hour_keeps_who_is_coming(session: Session, group: Group):
    bring_in(session, calendar(GAMES))
    first = session.scalars(select(Occurrence).order_by(Occurrence.starts_at)).all()[0]
    answer_rsvp(session, first.id, uuid4(), Answer.GOING, now=NOW)
    before = len(told(session))
    report = bring_in(session, calendar(event("DTSTART:20261126T190000", "RRULE:FREQ=WEEKLY;COUNT=4")))
    assert report.occurrences.moved == 4
    assert kinds(session, before) == [events.OccurrenceMoved] * 4
    assert first.starts == datetime(2026, 11, 26, 19)
    assert going(session, first.id) == (1, 1)


def test_what_was_moved_by_hand_stays_where_it_is(session: Session, group: Group):
    bring_in(session, calendar(GAMES))
    first = session.scalars(select(Occurrence).order_by(Occurrence.starts_at)).all()[0]
    edit = OccurrenceEdit.model_validate({"starts": "2026-11-27T20:00", "place": "The library"})
    change_occurrence(session, first.id, edit, caller=OPERATOR, now=NOW)
    before = len(told(session))
    assert bring_in(session, calendar(GAMES)).occurrences.unchanged == 4
    assert kinds(session, before) == []
    assert (first.starts, first.place) == (datetime(2026, 11, 27, 20), "The library")


def test_what_was_called_off_by_hand_is_not_brought_back(session: Session, group: Group):
    bring_in(session, calendar(GAMES))
    first = session.scalars(select(Occurrence).order_by(Occurrence.starts_at)).all()[0]
    cancel_occurrence(session, first.id, caller=OPERATOR, now=NOW)
    before = len(told(session))
    bring_in(session, calendar(GAMES))
    bring_in(session, calendar(event("RRULE:FREQ=WEEKLY;COUNT=4", "DESCRIPTION:New words.")))
    assert first.is_cancelled
    assert first.summary == "New words."
    assert kinds(session, before) == [events.OccurrenceDescribed] * 3


def test_an_activity_that_is_missing_is_named_and_left_on(session: Session, group: Group):
    bring_in(session, calendar(GAMES, WALK))
    before = len(told(session))
    for _ in range(2):
        report = bring_in(session, calendar(GAMES))
        assert (report.activities.missing, report.missing) == (1, ["A walk"])
        assert kinds(session, before) == []


@pytest.mark.parametrize("name", ["forum.ics", "forum (1).ics"])
def test_an_activity_that_is_missing_is_called_off_where_the_file_replaces_all(
    session: Session, group: Group, name: str
):
    """The same calendar often has another file name when it is exported again."""
    bring_in(session, calendar(GAMES, WALK))
    before = len(told(session))
    report = bring_in(session, calendar(GAMES), name=name, replace=True)
    assert report.occurrences.cancelled == 1
    assert kinds(session, before) == [events.OccurrenceCancelled]
    assert bring_in(session, calendar(GAMES), name=name, replace=True).activities.missing == 0
    assert bring_in(session, calendar(GAMES, WALK), name=name).occurrences.restored == 1


def test_another_calendar_of_the_group_is_left_alone(session: Session, group: Group):
    bring_in(session, calendar(GAMES), name="games.ics")
    report = bring_in(session, calendar(WALK), name="walks.ics", replace=True)
    assert (report.activities.missing, report.occurrences.cancelled) == (0, 0)


def test_an_entry_that_cannot_be_used_any_more_is_not_missing(session: Session, group: Group):
    bring_in(session, calendar(GAMES, WALK))
    broken = calendar(GAMES, WALK.replace("DTSTART:20261128T100000", "DTSTART:soon"))
    report = bring_in(session, broken, replace=True)
    assert [problem.component for problem in report.problems] == ['VEVENT "A walk"']
    assert (report.activities.missing, report.occurrences.cancelled) == (0, 0)


def test_a_hidden_group_is_never_named_in_a_message(session: Session):
    given_group(session, "women", Visibility.HIDDEN)
    bring_in(session, calendar(WALK), group="women")
    [message] = told(session)
    assert isinstance(message, events.OccurrenceScheduled)
    assert (message.title, message.place) == (None, None)


def test_an_unknown_group_is_refused_with_those_that_exist(session: Session, group: Group):
    given_group(session, "women", Visibility.HIDDEN)
    with pytest.raises(UnknownGroup) as refusal:
        bring_in(session, calendar(WALK), group="forvm")
    assert "not hidden: forum." in str(refusal.value)
    assert "afterhours groups add" in str(refusal.value)


def test_a_file_that_is_no_calendar_leaves_everything_as_it_was(session: Session, group: Group):
    with pytest.raises(NotACalendar):
        bring_in(session, b"\x89PNG\r\n\x1a\n")
    assert session.scalars(select(Activity)).all() == []


def test_the_hour_that_comes_twice_is_kept_as_it_was_meant(session: Session, group: Group):
    """01:30 in summer time and, an hour later, 01:30 in winter time."""
    second = event("DTSTART:20270328T013000Z", "DTEND:20270328T023000Z", uid="spring@example.org")
    later = event("DTSTART:20261025T013000Z", "DTEND:20261025T023000Z", uid="autumn@example.org")
    now = datetime(2026, 10, 20, tzinfo=UTC)
    bring_in(session, calendar(second, later), now=now)
    before = len(told(session))
    instants = set(session.scalars(select(Occurrence.starts_at)))
    assert instants == {datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)}
    bring_in(session, calendar(second, later), now=now)
    renamed = later.replace("Games night", "Film night")
    assert bring_in(session, calendar(second, renamed), now=now).occurrences.changed == 1
    assert set(session.scalars(select(Occurrence.starts_at))) == instants
    assert kinds(session, before) == [events.OccurrenceDescribed]


# Going on where the import stopped

ENDLESS = event("RRULE:FREQ=WEEKLY")
NEXT_MONTH = NOW + timedelta(weeks=4)


def go_on(session: Session, group: Group, now: datetime, name: str = "forum.ics") -> None:
    importing.extend_programme(session, group.id, name, weeks=26, now=now)


def test_a_rule_without_an_end_goes_on(session: Session, group: Group):
    first = bring_in(session, calendar(ENDLESS)).occurrences.added
    before = len(told(session))
    go_on(session, group, NOW)
    assert kinds(session, before) == []
    go_on(session, group, NEXT_MONTH)
    go_on(session, group, NEXT_MONTH)
    assert kinds(session, before) == [events.OccurrenceScheduled] * 4
    assert len(session.scalars(select(Occurrence)).all()) == first + 4


def test_every_calendar_goes_on_when_the_job_is_rung(sessions: Callable[[str], Sessions], clock: Clock):
    database = sessions("events")
    work = EventsWork("events", database, clock, weeks=26, timezone=LONDON)
    with database.begin() as session:
        for slug in ("forum", "music"):
            given_group(session, slug)
            bring_in(session, calendar(ENDLESS), group=slug)
        before = len(told(session))
    extend_programme(work)
    clock.set(NEXT_MONTH)
    for _ in range(2):
        extend_programme(work)
    with database() as session:
        assert kinds(session, before) == [events.OccurrenceScheduled] * 8


def test_going_on_undoes_nothing_that_was_done_since(session: Session, group: Group):
    bring_in(session, calendar(ENDLESS, WALK))
    soon = session.scalars(select(Occurrence).where(Occurrence.starts_at > NEXT_MONTH)).all()
    cancel_occurrence(session, soon[0].id, caller=OPERATOR, now=NOW)
    change_occurrence(session, soon[1].id, OccurrenceEdit(place="The park"), caller=OPERATOR, now=NOW)
    bring_in(session, calendar(event("RRULE:FREQ=WEEKLY;UNTIL=20261231T000000Z")), name="newer.ics", replace=True)
    before = len(told(session))
    go_on(session, group, NEXT_MONTH, "forum.ics")
    go_on(session, group, NEXT_MONTH, "newer.ics")
    assert kinds(session, before) == []


def test_an_activity_that_begins_far_ahead_joins_when_its_time_comes(session: Session, group: Group):
    bring_in(session, calendar(GAMES, event("DTSTART:20270601T183000", uid="summer@example.org", title="Picnic")))
    assert "Picnic" not in set(session.scalars(select(Activity.title)))
    go_on(session, group, NEXT_MONTH)
    assert "Picnic" in set(session.scalars(select(Activity.title)))


def test_what_was_not_made_by_an_import_is_left_alone(session: Session, group: Group, clock: Clock):
    other = given_occurrence(session, given_group(session, "music"))
    before = len(told(session))
    bring_in(session, calendar(GAMES), replace=True)
    assert not other.is_cancelled
    assert other.id not in {message.subject for message in told(session)[before:]}

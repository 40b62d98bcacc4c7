"""Our own feed, brought in again: where it came from it changes nothing, and elsewhere it is the same programme."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.models import Activity, Group, Occurrence
from services.events.schemas.imports import ImportReport
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases.calendar_feeds import group_calendar
from services.events.use_cases.importing import extend_programme, import_programme
from services.events.use_cases.programme import cancel_occurrence, change_occurrence
from shared.auth import Caller
from shared.contracts.events import OccurrenceScheduled
from tests.conftest import Clock
from tests.events.activity_builders import given_activity, member_of
from tests.events.builders import LONDON, given_group, told, told_since
from tests.events.calendar_builders import calendar, event
from tests.events.feed_readers import read_by_all

OPERATOR = Caller(issuer="operator", scope="programme:write")
GAMES = event("RRULE:FREQ=WEEKLY", "LOCATION:The hills\\, north", title="Games\\; and tea")
DAY_OUT = event("DTSTART;VALUE=DATE:20261205", "DTEND;VALUE=DATE:20261207", uid="out@example.org", title="Days out")


def bring_in(
    session: Session, clock: Clock, data: bytes, slug: str = "forum", *, replace: bool = False
) -> ImportReport:
    return import_programme(session, slug, data, f"{slug}.ics", replace=replace, zone=LONDON, weeks=26, now=clock())


def feed(session: Session, clock: Clock, slug: str = "forum") -> bytes:
    return group_calendar(session, slug, weeks=26, now=clock()).data


@pytest.fixture
def programme(session: Session, group: Group, clock: Clock) -> Group:
    """Dates on either side of a change of clocks, one moved and one called off, days out, and a members' own activity."""
    bring_in(session, clock, calendar(GAMES, DAY_OUT))
    dates = session.scalars(select(Occurrence).order_by(Occurrence.starts_at)).all()
    edit = OccurrenceEdit.model_validate({"starts": "2026-12-04T19:00", "title": "Film night 🎬"})
    change_occurrence(session, dates[1].id, edit, caller=OPERATOR, now=clock())
    cancel_occurrence(session, dates[-1].id, caller=OPERATOR, now=clock())
    given_activity(
        session, member_of(session, group), group, clock(), starts="2026-11-27T18:30", ends="2026-11-27T21:00"
    )
    return group


@pytest.mark.parametrize("replace", [False, True])
def test_where_it_came_from_it_changes_nothing(session: Session, programme: Group, clock: Clock, *, replace: bool):
    before, messages = feed(session, clock), len(told(session))
    report = bring_in(session, clock, before, replace=replace)
    assert (report.problems, report.missing) == ([], [])
    assert not any(report.activities.model_dump().values())
    assert not any(report.occurrences.model_dump().values())
    assert feed(session, clock) == before
    assert len(told(session)) == messages


def test_and_the_file_it_came_from_goes_on(session: Session, programme: Group, clock: Clock):
    bring_in(session, clock, feed(session, clock))
    before = len(told(session))
    clock.go_on(days=28)
    extend_programme(session, programme.id, "forum.ics", weeks=26, now=clock())
    assert [type(each) for each in told_since(session, before)] == [OccurrenceScheduled] * 4


def test_beside_something_new_only_that_is_new(session: Session, programme: Group, clock: Clock):
    theirs = feed(session, clock).replace(b"END:VCALENDAR\r\n", b"")
    new = event(uid="new@example.org", title="A walk").replace("\n", "\r\n").encode()
    report = bring_in(session, clock, theirs + new + b"\r\nEND:VCALENDAR\r\n")
    assert (report.activities.added, report.occurrences.added, report.missing) == (1, 1, [])
    assert "A walk" in session.scalars(select(Activity.title)).all()


def test_in_another_group_it_is_the_same_programme(session: Session, programme: Group, clock: Clock):
    given_group(session, "music")
    wanted = [each for each in read_by_all(feed(session, clock)) if each.status != "CANCELLED"]
    report = bring_in(session, clock, feed(session, clock), "music")
    assert report.problems == []
    found = read_by_all(feed(session, clock, "music"))
    assert [each[3:] for each in found] == [each[3:] for each in wanted]
    again = bring_in(session, clock, feed(session, clock), "music")
    assert again.occurrences.model_dump(exclude={"unchanged"}) == dict.fromkeys(
        ("added", "moved", "changed", "cancelled", "restored"), 0
    )

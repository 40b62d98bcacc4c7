"""Timed work of the programme."""

from contextlib import suppress
from dataclasses import dataclass

from services.events.models import EventsBase
from services.events.queries.calendars import calendars_known_before
from services.events.queries.line import lines_due
from services.events.queries.opportunities import draws_due, silent_reserves
from services.events.queries.polls import polls_to_close, polls_to_remind
from services.events.queries.roles import covers_due
from services.events.use_cases import drawing, importing, series
from services.events.use_cases.closing_polls import close_in_time, remind_undecided
from services.events.use_cases.cover import ask_due
from services.events.use_cases.erasure import erase_member
from services.events.use_cases.places import look_at_line
from shared.errors import Conflict
from shared.worker import Work, erasing_again, every, sweeping

AN_HOUR = 3600
A_MINUTE = 60
A_MOMENT = 5
LINES_AT_ONCE = 200
POLLS_AT_ONCE = 200


@dataclass(frozen=True)
class EventsWork(Work):
    """What the jobs of events are given: `weeks` is how far ahead the programme is worked out."""

    weeks: int
    timezone: str


def extend_programme(work: EventsWork) -> None:
    """Once a day, add the dates that came within the horizon: a rule without an end has no last import.

    It is rung every hour, because what is due is found in the database: a worker that sleeps through midnight does it
    when it wakes, and all other rings find nothing to do.
    """
    now = work.clock()
    until = importing.window_of(now, work.timezone, work.weeks).until
    with work.sessions() as session:
        due = calendars_known_before(session, until)
    for group_id, name in due:
        with work.sessions.begin() as session:
            importing.extend_programme(session, group_id, name, weeks=work.weeks, now=now)


def look_at_lines(work: EventsWork) -> None:
    """Let the offers go that nobody answered in time, and ask whoever is next: each occurrence by itself."""
    now = work.clock()
    with work.sessions() as session:
        due = lines_due(session, now, LINES_AT_ONCE)
    for occurrence_id in due:
        with work.sessions.begin() as session:
            look_at_line(session, occurrence_id, now)


def extend_activities(work: EventsWork) -> None:
    """The same for what members began, one activity at a time."""
    now = work.clock()
    with work.sessions() as session:
        due = series.series_to_extend(session, zone=work.timezone, weeks=work.weeks, now=now)
    for activity_id in due:
        with work.sessions.begin() as session:
            series.extend_series(session, activity_id, zone=work.timezone, weeks=work.weeks, now=now)


def look_for_covers(work: EventsWork) -> None:
    """Ask the next of those who wished to be asked where somebody is missing: each occurrence by itself."""
    now = work.clock()
    with work.sessions() as session:
        due = covers_due(session, now, LINES_AT_ONCE)
    for occurrence_id in due:
        with work.sessions.begin() as session:
            ask_due(session, occurrence_id, now)


def draw_due_places(work: EventsWork) -> None:
    """Draw what is to be drawn by now. What cannot be is left for its worker, who sees why in its odds."""
    now = work.clock()
    with work.sessions() as session:
        due = draws_due(session, now)
    for opportunity_id in due:
        with suppress(Conflict), work.sessions.begin() as session:
            drawing.draw_places(session, opportunity_id, now)


def ask_next_reserves(work: EventsWork) -> None:
    """Go on to the next reserve where one who was asked said nothing in time."""
    now = work.clock()
    with work.sessions() as session:
        due = silent_reserves(session, now)
    for opportunity_id in due:
        with work.sessions.begin() as session:
            drawing.let_silent_reserves_go(session, opportunity_id, now)


def look_at_polls(work: EventsWork) -> None:
    """Tell the undecided of polls that close soon, and close those whose time is over: each poll by itself."""
    now = work.clock()
    with work.sessions() as session:
        to_remind = polls_to_remind(session, now, POLLS_AT_ONCE)
        to_close = polls_to_close(session, now, POLLS_AT_ONCE)
    for poll_id in to_remind:
        with work.sessions.begin() as session:
            remind_undecided(session, poll_id, now)
    for poll_id in to_close:
        with work.sessions.begin() as session:
            close_in_time(session, poll_id, now)


JOBS = [
    every(A_MINUTE, draw_due_places),
    every(A_MINUTE, ask_next_reserves),
    every(AN_HOUR, extend_programme),
    every(A_MOMENT, look_at_lines),
    every(A_MINUTE, look_at_polls),
    every(AN_HOUR, extend_activities),
    every(A_MOMENT, look_for_covers),
    erasing_again(erase_member),
    sweeping(EventsBase.metadata),
]

"""Nobody's yes stands for a date that they did not agree to, whoever moves it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.jobs import EventsWork, look_at_lines
from services.events.models import Companion, Group, Occurrence, Rsvp, Waiting
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases.programme import change_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from shared.auth import Caller
from shared.contracts.events import Answer, OccurrenceMoved, PlaceOffered, RsvpChanged
from shared.db import Sessions
from tests.conftest import Clock
from tests.events.builders import LONDON, given_occurrence, told, told_since
from tests.events.calendar_builders import calendar, event
from tests.events.test_import import bring_in

OPERATOR = Caller(issuer="operator", scope="programme:write")


def walk(*lines: str) -> bytes:
    return calendar(event(*lines, uid="walk@example.org", title="A walk"))


@pytest.mark.parametrize(
    ("starts", "asked"), [("20261128T110000", False), ("20261128T143000", True), ("20261129T100000", True)]
)
def test_a_file_that_moves_it_asks_again_what_is_another_date(session: Session, group: Group, starts: str, asked: bool):
    bring_in(session, walk("DTSTART:20261128T100000"))
    it = session.scalars(select(Occurrence)).one()
    member = uuid4()
    answer_rsvp(
        session,
        it.id,
        member,
        Answer.GOING,
        others={Companion.CHILD: 1},
        now=datetime.fromisoformat("2026-11-23T10:30Z"),
    )
    before = len(told(session))
    bring_in(session, walk(f"DTSTART:{starts}"))
    kinds = [RsvpChanged, PlaceOffered, OccurrenceMoved] if asked else [OccurrenceMoved]
    assert [type(each) for each in told_since(session, before)] == kinds
    session.refresh(it)
    assert (it.going, it.held) == ((0, 2) if asked else (2, 0))
    assert (session.get(Rsvp, (it.id, member)) is None) == asked


def test_who_says_nothing_about_the_new_date_does_not_come_and_stays_first_in_line(
    session: Session, database: Sessions, group: Group, clock: Clock
):
    it = given_occurrence(session, group, capacity=1)
    member = uuid4()
    answer_rsvp(session, it.id, member, Answer.GOING, now=clock())
    move = OccurrenceEdit(starts=datetime(2026, 11, 27, 18, 30))
    change_occurrence(session, it.id, move, caller=OPERATOR, now=clock())
    session.commit()
    until = session.get_one(Waiting, (it.id, member)).offered_until
    assert until is not None
    clock.set(until - timedelta(seconds=1))
    work = EventsWork("events", database, clock, weeks=26, timezone=LONDON)
    look_at_lines(work)
    session.expire_all()
    assert it.held == 1
    clock.go_on(seconds=1)
    for _ in range(2):
        look_at_lines(work)
    session.expire_all()
    assert (it.going, it.held, it.places_left) == (0, 0, 1)
    assert session.get_one(Waiting, (it.id, member)).offered_until is None

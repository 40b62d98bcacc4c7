"""A place is held for somebody who waits: they are asked while they can still take it, and never after."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications import handlers, jobs
from services.notifications.jobs import Sending
from services.notifications.models import Notification, State
from services.notifications.queries import questions_for
from shared.contracts.events import Answer, OfferWithdrawn, PlaceOffered, WaitedForCalledOff
from tests.conftest import Clock
from tests.notifications.builders import cancelled, given_going, given_member, given_occurrence, moved, says, scheduled
from tests.notifications.conftest import OwnChannel

UNTIL = timedelta(hours=4)


def offered(
    session: Session,
    clock: Clock,
    games: UUID,
    member: UUID,
    *,
    until: datetime | None = None,
    asked_again: bool = False,
) -> None:
    until = until or clock() + UNTIL
    heard = PlaceOffered(occurrence_id=games, member_id=member, until=until, asked_again=asked_again)
    handlers.place_offered(session, heard, clock())
    session.commit()


@pytest.fixture
def waits(session: Session, clock: Clock) -> tuple[UUID, UUID]:
    return given_occurrence(session, clock()), given_member(session, clock())


def test_who_is_offered_a_place_is_asked_and_told_until_when(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, waits: tuple[UUID, UUID]
):
    offered(session, clock, *waits)
    jobs.send_urgent(sending)
    assert [parcel.words.text for parcel in sms.sent] == [
        "A place is free: Games night, Thursday 26 November, 6.30pm. Text YES by 2.30pm today to have it, or NO."
    ]
    [(occurrence, _)] = questions_for(session, waits[1], clock())
    assert occurrence.id == waits[0]


def test_who_was_going_is_asked_about_the_new_date(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, waits: tuple[UUID, UUID]
):
    games, member = waits
    given_going(session, clock(), games, member)
    says(session, clock(), games, member, Answer.NOT_GOING)
    offered(session, clock, games, member, asked_again=True)
    moved(session, clock(), games, datetime(2026, 11, 27, 18, 30))
    session.commit()
    jobs.send_urgent(sending)
    [parcel] = sms.sent
    assert parcel.words.text.startswith("New date: Games night is now Friday 27 November, 6.30pm. Can you come then?")


def test_a_text_that_would_come_too_late_is_not_sent(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, waits: tuple[UUID, UUID]
):
    offered(session, clock, *waits)
    clock.go_on(hours=4)
    jobs.send_urgent(sending)
    assert sms.sent == []
    assert session.scalars(select(Notification.state)).all() == [State.EXPIRED]


def _no(session: Session, clock: Clock, games: UUID, member: UUID) -> None:
    says(session, clock(), games, member, Answer.NOT_GOING)


def _yes(session: Session, clock: Clock, games: UUID, member: UUID) -> None:
    says(session, clock(), games, member, Answer.GOING)


def _off(session: Session, clock: Clock, games: UUID, member: UUID) -> None:
    cancelled(session, clock(), games)


def _withdrawn(session: Session, clock: Clock, games: UUID, member: UUID) -> None:
    handlers.offer_withdrawn(session, OfferWithdrawn(occurrence_id=games, member_id=member), clock())


def test_who_was_asked_is_not_asked_the_same_again_after_a_restore(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, waits: tuple[UUID, UUID]
):
    until = clock() + UNTIL
    for _ in range(2):
        offered(session, clock, *waits, until=until)
        jobs.send_urgent(sending)
        clock.go_on(minutes=1)
    assert len(sms.sent) == 1


def test_who_waits_is_told_that_it_is_off_unless_it_is_on_by_then(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, waits: tuple[UUID, UUID]
):
    games, member = waits
    for _ in range(2):
        cancelled(session, clock(), games)
        handlers.waited_for_called_off(session, WaitedForCalledOff(occurrence_id=games, member_id=member), clock())
        scheduled(session, clock(), games)
        session.commit()
        jobs.send_urgent(sending)
    assert sms.sent == []
    cancelled(session, clock(), games)
    handlers.waited_for_called_off(session, WaitedForCalledOff(occurrence_id=games, member_id=member), clock())
    session.commit()
    jobs.send_urgent(sending)
    [parcel] = sms.sent
    assert "is off. Sorry." in parcel.words.text


@pytest.mark.parametrize("happens", [_no, _yes, _off, _withdrawn])
def test_nobody_is_asked_what_is_settled_by_then(
    session: Session,
    sending: Sending,
    sms: OwnChannel,
    clock: Clock,
    waits: tuple[UUID, UUID],
    happens: Callable[[Session, Clock, UUID, UUID], None],
):
    offered(session, clock, *waits)
    happens(session, clock, *waits)
    session.commit()
    jobs.send_urgent(sending)
    assert sms.sent == []


def test_an_offer_made_anew_is_told_once_with_its_new_time(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, waits: tuple[UUID, UUID]
):
    offered(session, clock, *waits)
    offered(session, clock, *waits, until=clock() + timedelta(hours=2), asked_again=True)
    jobs.send_urgent(sending)
    [parcel] = sms.sent
    assert "by 12.30pm today" in parcel.words.text

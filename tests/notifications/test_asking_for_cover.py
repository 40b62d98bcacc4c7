"""Somebody is missing at an evening: who wished to be asked is asked in neutral words, and not once it is settled."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications import handlers, jobs
from services.notifications.jobs import Sending
from services.notifications.models import Notification, State
from services.notifications.queries import questions_for
from shared.contracts.events import Answer, CoverSettled, RoleKind, RoleNeedsCover
from shared.contracts.members import Purpose
from shared.ids import new_id
from tests.conftest import Clock
from tests.notifications.builders import cancelled, given_member, given_occurrence, likes, says
from tests.notifications.conftest import OwnChannel


def asked(session: Session, clock: Clock, games: UUID, member: UUID) -> None:
    until = clock() + timedelta(hours=4)
    heard = RoleNeedsCover(occurrence_id=games, member_id=member, role=RoleKind.COOK, until=until)
    handlers.role_needs_cover(session, heard, clock())
    session.commit()


def _covered(session: Session, clock: Clock, games: UUID, member: UUID) -> None:
    handlers.cover_settled(session, CoverSettled(occurrence_id=games, member_id=member), clock())


def _no(session: Session, clock: Clock, games: UUID, member: UUID) -> None:
    says(session, clock(), games, member, Answer.NOT_GOING)


def _off(session: Session, clock: Clock, games: UUID, _: UUID) -> None:
    cancelled(session, clock(), games)


def test_who_wished_it_is_asked_and_no_reply_of_theirs_is_taken_for_a_yes_to_the_evening(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock
):
    games, member = given_occurrence(session, clock()), given_member(session, clock())
    asked(session, clock, games, member)
    jobs.send_reminders(sending)
    [parcel] = sms.sent
    assert parcel.words.text.startswith("Could you help? Games night, Thursday 26 November, 6.30pm: http")
    assert questions_for(session, member, clock()) == []


@pytest.mark.parametrize("happens", [_covered, _no, _off])
def test_nobody_is_asked_for_what_is_settled_by_then(
    session: Session,
    sending: Sending,
    sms: OwnChannel,
    clock: Clock,
    happens: Callable[[Session, Clock, UUID, UUID], None],
):
    games, member = given_occurrence(session, clock()), given_member(session, clock())
    asked(session, clock, games, member)
    happens(session, clock, games, member)
    session.commit()
    jobs.send_reminders(sending)
    assert sms.sent == []


def test_who_wants_no_news_of_the_group_is_not_asked(session: Session, sending: Sending, sms: OwnChannel, clock: Clock):
    games = given_occurrence(session, clock())
    member = likes(session, clock(), new_id(), consents={Purpose.JOINED: ("sms",)})
    asked(session, clock, games, member)
    jobs.send_reminders(sending)
    assert sms.sent == []
    assert session.scalars(select(Notification.state)).all() == [State.SUPPRESSED]


def test_a_question_that_would_come_at_night_comes_in_the_morning_or_never(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock
):
    games, member = given_occurrence(session, clock()), given_member(session, clock())
    clock.go_on(hours=11)
    asked(session, clock, games, member)
    jobs.send_reminders(sending)
    clock.go_on(hours=12)
    jobs.send_reminders(sending)
    assert sms.sent == []

"""What is looked at again at the very moment of sending."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from services.notifications import jobs
from services.notifications.jobs import Sending
from services.notifications.models import Lane, State
from services.notifications.use_cases import claiming, stopping
from shared.contracts.events import Answer
from shared.db import Sessions
from tests.conftest import Clock
from tests.notifications.builders import (
    EVENING_BEFORE,
    THURSDAY,
    cancelled,
    given_going,
    given_member,
    given_occurrence,
    moved,
    says,
    scheduled,
    states,
)
from tests.notifications.conftest import OwnChannel, OwnVault


def test_the_gate_sees_what_changed_since_it_was_planned(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    member, _ = coming
    # Somebody wrote the copy without ending what was planned, as a lost race would leave it.
    session.execute(update(claiming.Occurrence).values(cancelled=True))
    session.commit()
    jobs.send_reminders(sending)
    assert sms.sent == []
    assert states(session, member, "day-before") == [(State.SUPPRESSED, "It was called off.")]


def test_too_late_is_never_sent(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    clock.set(datetime(2026, 11, 26, 17, tzinfo=UTC))
    jobs.send_reminders(sending)
    assert [p.words.text for p in sms.sent] == ["Games night is today at 6.30pm. See you soon. Not coming? Text NO."]
    assert states(session, coming[0], "day-before") == [(State.EXPIRED, "It was too late to be of use.")]


def test_quiet_hours_hold_until_they_end(session: Session, sending: Sending, sms: OwnChannel, clock: Clock):
    member = given_member(session, clock(), quiet=(time(17), time(20)))
    games = given_occurrence(session, clock())
    given_going(session, clock(), games, member)
    session.commit()
    clock.set(EVENING_BEFORE)
    jobs.send_reminders(sending)
    assert sms.sent == []
    assert states(session, member, "day-before") == [(State.PLANNED, "Kept until your quiet hours end.")]
    clock.go_on(hours=2)
    jobs.send_reminders(sending)
    assert len(sms.sent) == 1


def test_a_change_to_tonight_breaks_through_quiet_hours(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    clock.set(datetime(2026, 11, 26, 8, tzinfo=UTC))
    cancelled(session, clock(), coming[1])
    session.commit()
    jobs.send_urgent(sending)
    assert "is off" in sms.sent[0].words.text


def test_a_change_to_next_week_waits_for_the_morning(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    clock.set(datetime(2026, 11, 24, 23, tzinfo=UTC))
    moved(session, clock(), coming[1], THURSDAY + timedelta(days=7))
    session.commit()
    jobs.send_urgent(sending)
    assert sms.sent == []


def test_stop_ends_what_is_queued_and_what_comes(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    member, games = coming
    stopping.stop(session, "sms", f"index-{member}", member, clock())
    moved(session, clock(), games, THURSDAY + timedelta(hours=1))
    session.commit()
    jobs.send_reminders(sending)
    jobs.send_urgent(sending)
    assert sms.sent == []
    assert states(session, member, "day-before")[0] == (State.SUPPRESSED, "You texted STOP.")
    assert states(session, member, "moved") == [(State.SUPPRESSED, "You texted STOP.")]


def test_a_stop_that_comes_after_the_gate_still_holds(
    session: Session, sending: Sending, sms: OwnChannel, vault: OwnVault, clock: Clock, coming: tuple[UUID, UUID]
):
    member, _ = coming
    # The address stopped under another record of the person: only its blind index tells.
    stopping.stop(session, "sms", f"index-{member}", None, clock())
    session.commit()
    jobs.send_reminders(sending)
    assert sms.sent == []
    assert states(session, member, "day-before") == [(State.SUPPRESSED, "You texted STOP.")]


def test_start_after_stop_lets_new_ones_through(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    member, games = coming
    stopping.stop(session, "sms", f"index-{member}", member, clock())
    clock.go_on(seconds=1)
    stopping.start(session, "sms", f"index-{member}", member, clock())
    moved(session, clock(), games, THURSDAY + timedelta(hours=1))
    session.commit()
    jobs.send_urgent(sending)
    assert len(sms.sent) == 1


@pytest.mark.parametrize("what", ["no", "stop", "cancelled"])
def test_what_is_said_after_the_claim_and_before_it_leaves_still_counts(
    what: str, session: Session, db: Sessions, sending: Sending, clock: Clock, coming: tuple[UUID, UUID]
):
    member, games = coming
    with db.begin() as theirs:
        claims, _ = claiming.claim(theirs, Lane.REMINDERS, 10, clock())
    with db.begin() as theirs:
        if what == "no":
            says(theirs, clock(), games, member, Answer.NOT_GOING)
        elif what == "stop":
            stopping.stop(theirs, "sms", "another address of the same person", member, clock())
        else:
            cancelled(theirs, clock(), games)
    with db.begin() as theirs:
        assert claiming.mark_leaving(theirs, claims, clock()) == set()
    assert states(session, member, "day-before")[0][0] == State.SUPPRESSED


def test_a_cancellation_that_is_told_again_is_not_sent_again(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    for _ in range(2):
        cancelled(session, clock(), coming[1])
        session.commit()
        jobs.send_urgent(sending)
    assert len(sms.sent) == 1


def test_what_is_on_after_all_is_not_called_off(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    clock.set(datetime(2026, 11, 25, 23, tzinfo=UTC))
    cancelled(session, clock(), coming[1])
    scheduled(session, clock(), coming[1])
    session.commit()
    clock.set(datetime(2026, 11, 26, 9, 30, tzinfo=UTC))
    jobs.send_urgent(sending)
    assert sms.sent == []


def test_moved_away_from_tonight_breaks_through_quiet_hours(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    clock.set(datetime(2026, 11, 26, 8, tzinfo=UTC))
    moved(session, clock(), coming[1], THURSDAY + timedelta(days=7))
    session.commit()
    jobs.send_urgent(sending)
    assert "is now" in sms.sent[0].words.text

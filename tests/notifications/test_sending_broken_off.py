"""Workers that die or come late, and providers that do not say what became of a letter."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.notifications import jobs
from services.notifications.jobs import Sending
from services.notifications.models import Lane, Notification, State
from services.notifications.parcels import Outcome
from services.notifications.use_cases import claiming
from shared.db import Sessions
from tests.conftest import Clock
from tests.notifications.builders import (
    THURSDAY,
    given_member,
    joined,
    moved,
    states,
)
from tests.notifications.conftest import OwnChannel, OwnVault


def test_what_may_have_left_is_looked_up_and_not_sent_again(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    sms.answer, sms.found = Outcome.AMBIGUOUS, Outcome.ACCEPTED
    jobs.send_reminders(sending)
    assert states(session, coming[0], "day-before")[0][0] == State.UNKNOWN
    jobs.send_reminders(sending)
    clock.go_on(seconds=31)
    jobs.look_up(sending)
    assert states(session, coming[0], "day-before")[0][0] == State.ACCEPTED
    assert len(sms.sent) == 1


def test_what_did_not_leave_after_all_is_sent_again(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    sms.answer, sms.found = Outcome.AMBIGUOUS, Outcome.RETRY
    jobs.send_reminders(sending)
    clock.go_on(seconds=31)
    jobs.look_up(sending)
    clock.go_on(seconds=60)
    sms.answer = Outcome.ACCEPTED
    jobs.send_reminders(sending)
    assert states(session, coming[0], "day-before") == [(State.ACCEPTED, None)]


def test_a_worker_that_died_before_sending_leaves_it_due(
    session: Session, db: Sessions, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    with db.begin() as theirs:
        claiming.claim(theirs, Lane.REMINDERS, 10, clock())
    clock.go_on(seconds=181)
    jobs.take_back(sending)
    jobs.send_reminders(sending)
    assert len(sms.sent) == 1


def test_a_lease_that_a_clock_set_back_left_far_ahead_is_taken_back_too(
    session: Session, db: Sessions, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    with db.begin() as theirs:
        claiming.claim(theirs, Lane.REMINDERS, 10, clock() + timedelta(days=1))
        theirs.execute(update(Notification).values(expires_at=clock() + timedelta(hours=1)))
    jobs.take_back(sending)
    jobs.send_reminders(sending)
    assert len(sms.sent) == 1


def test_what_took_so_long_that_somebody_else_has_it_does_not_leave_twice(
    session: Session, db: Sessions, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    with db.begin() as theirs:
        slow, _ = claiming.claim(theirs, Lane.REMINDERS, 10, clock())
    clock.go_on(seconds=181)
    jobs.take_back(sending)
    jobs.send_reminders(sending)
    with db.begin() as theirs:
        assert claiming.mark_leaving(theirs, slow, clock()) == set()
    assert len(sms.sent) == 1


def test_a_retry_that_meets_a_newer_one_makes_way(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID], db: Sessions
):
    member, games = coming
    moved(session, clock(), games, THURSDAY + timedelta(hours=1))
    session.commit()

    def meanwhile() -> None:
        with db.begin() as theirs:
            moved(theirs, clock(), games, THURSDAY + timedelta(hours=2))

    sms.answer, sms.before = Outcome.RETRY, meanwhile
    jobs.send_urgent(sending)
    assert sorted(states(session, member, "moved"), key=str) == [
        (State.PLANNED, None),
        (State.SUPPRESSED, "A newer one took its place."),
    ]


def test_a_letter_nobody_can_vouch_for_says_so_and_is_asked_about_once(
    session: Session, sending: Sending, email: OwnChannel, vault: OwnVault, clock: Clock
):
    member = given_member(session, clock(), "email")
    joined(session, clock(), member)
    session.commit()
    email.answer = Outcome.AMBIGUOUS
    jobs.send_bulk(sending)
    for _ in range(3):
        clock.go_on(minutes=5)
        jobs.look_up(sending)
    assert states(session, member, "welcome") == [(State.UNKNOWN, "It may have left; there is no way to find out.")]
    assert vault.asked == 2


def test_a_worker_that_died_while_sending_leaves_it_unknown(
    session: Session, db: Sessions, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    with db.begin() as theirs:
        claims, _ = claiming.claim(theirs, Lane.REMINDERS, 10, clock())
        claiming.mark_leaving(theirs, claims, clock())
    clock.go_on(seconds=181)
    jobs.take_back(sending)
    jobs.send_reminders(sending)
    assert sms.sent == []
    sms.found = Outcome.ACCEPTED
    clock.go_on(seconds=31)
    jobs.look_up(sending)
    assert states(session, coming[0], "day-before")[0][0] == State.ACCEPTED


def test_a_late_worker_overwrites_nothing(
    session: Session, db: Sessions, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    def meanwhile() -> None:
        """The lease runs out while the provider takes its time; the provider's receipt says it was delivered."""
        with db.begin() as theirs:
            theirs.execute(update(Notification).where(Notification.rule == "day-before").values(state=State.DELIVERED))

    sms.before = meanwhile
    jobs.send_reminders(sending)
    assert states(session, coming[0], "day-before")[0][0] == State.DELIVERED

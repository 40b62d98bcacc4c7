from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.notifications import jobs
from services.notifications.channels import CHANNELS
from services.notifications.jobs import Sending
from services.notifications.models import Delivery, Lane, Notification, Recipient, State, Suppression
from services.notifications.parcels import Outcome
from services.notifications.use_cases import claiming, stopping
from services.notifications.words import WRITTEN_FOR
from shared.contracts.events import Answer
from shared.db import Sessions
from shared.messaging.tables import OutboxRow
from tests.conftest import Clock
from tests.notifications.builders import (
    THURSDAY,
    cancelled,
    given_going,
    given_member,
    given_occurrence,
    joined,
    moved,
    says,
    scheduled,
)
from tests.notifications.conftest import OwnChannel, OwnVault

EVENING_BEFORE = datetime(2026, 11, 25, 18, 0, 5, tzinfo=UTC)


@pytest.fixture
def coming(session: Session, clock: Clock) -> tuple[UUID, UUID]:
    """A member who is coming on Thursday, and the occurrence; it is the evening before."""
    member, games = given_member(session, clock()), given_occurrence(session, clock())
    given_going(session, clock(), games, member)
    session.commit()
    clock.set(EVENING_BEFORE)
    return member, games


def states(session: Session, member: UUID, rule: str) -> Sequence[tuple[str, str | None]]:
    session.expire_all()
    rows = session.scalars(
        select(Notification)
        .where(Notification.member_id == member, Notification.rule == rule)
        .order_by(Notification.id)
    )
    return [(row.state, row.reason) for row in rows]


def test_what_is_due_leaves_once(session: Session, sending: Sending, sms: OwnChannel, coming: tuple[UUID, UUID]):
    jobs.send_reminders(sending)
    jobs.send_reminders(sending)
    assert [parcel.words.text for parcel in sms.sent] == [
        "Games night is tomorrow, 6.30pm. Still coming? Text YES or NO."
    ]
    assert states(session, coming[0], "day-before") == [(State.ACCEPTED, None)]


def test_what_is_not_due_stays(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    clock.go_on(minutes=-1)
    jobs.send_reminders(sending)
    assert sms.sent == []


def test_the_preferred_channel_is_used(
    session: Session, sending: Sending, email: OwnChannel, sms: OwnChannel, clock: Clock
):
    member = given_member(session, clock(), "email", "sms")
    joined(session, clock(), member)
    session.commit()
    jobs.send_bulk(sending)
    assert sms.sent == []
    assert "http://127.0.0.1:8000/h/link" in email.sent[0].words.text


def test_who_may_have_somebody_elses_number_by_now_is_sent_no_link(
    session: Session, sending: Sending, vault: OwnVault, sms: OwnChannel, clock: Clock
):
    vault.link = None
    joined(session, clock(), given_member(session, clock()))
    session.commit()
    jobs.send_bulk(sending)
    assert "http://127.0.0.1:8000 Text" in sms.sent[0].words.text
    assert "/h/" not in sms.sent[0].words.text


@pytest.mark.parametrize("by", ["telegram", "whatsapp", "push"])
def test_a_channel_we_cannot_send_by_yet_gives_way_to_the_next_or_is_told_of(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, by: str
):
    only, also = given_member(session, clock(), by), given_member(session, clock(), by, "sms")
    for member in (only, also):
        joined(session, clock(), member)
    session.commit()
    jobs.send_bulk(sending)
    assert states(session, only, "welcome") == [(State.SUPPRESSED, "We have no way to reach you that works.")]
    assert states(session, also, "welcome") == [(State.ACCEPTED, None)]
    assert len(sms.sent) == 1


def test_there_are_words_for_every_channel_that_we_send_by():
    assert set(WRITTEN_FOR) == set(CHANNELS)


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


def test_a_provider_that_is_away_is_tried_again_with_growing_pauses(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    sms.answer = Outcome.RETRY
    pauses = []
    for _ in range(3):
        jobs.send_reminders(sending)
        due = session.scalars(select(Notification.due_at).where(Notification.rule == "day-before")).one()
        pauses.append(due - clock())
        clock.set(due)
        session.expire_all()
    assert len(sms.sent) == 3
    assert pauses == sorted(pauses)
    sms.answer = Outcome.ACCEPTED
    jobs.send_reminders(sending)
    assert states(session, coming[0], "day-before") == [(State.ACCEPTED, None)]


def test_retries_end_in_a_named_state(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    sms.answer = Outcome.RETRY
    for _ in range(10):
        jobs.send_reminders(sending)
        clock.go_on(minutes=20)
    assert states(session, coming[0], "day-before") == [(State.FAILED, "It could not be sent, again and again.")]


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


def test_a_dead_address_is_told_to_members(
    session: Session, sending: Sending, sms: OwnChannel, coming: tuple[UUID, UUID]
):
    sms.answer = Outcome.DEAD
    jobs.send_reminders(sending)
    assert states(session, coming[0], "day-before")[0][0] == State.FAILED
    assert "notifications.delivery-failed-for-good.v1" in session.scalars(select(OutboxRow.kind)).all()


def test_a_stop_that_only_the_provider_knows_is_kept_here_too(
    session: Session, sending: Sending, sms: OwnChannel, coming: tuple[UUID, UUID]
):
    sms.answer = Outcome.STOPPED
    jobs.send_reminders(sending)
    assert session.scalars(select(Suppression.blind_index)).all() == [f"index-{coming[0]}"]
    assert session.get_one(Recipient, coming[0], populate_existing=True).stopped


def test_no_vault_no_sending_and_nothing_is_lost(
    session: Session, sending: Sending, sms: OwnChannel, vault: OwnVault, clock: Clock, coming: tuple[UUID, UUID]
):
    vault.away = True
    jobs.send_reminders(sending)
    vault.away = False
    clock.go_on(seconds=6)
    jobs.send_reminders(sending)
    assert len(sms.sent) == 1
    assert session.scalars(select(Notification.attempt).where(Notification.rule == "day-before")).one() == 1


def test_no_address_is_said(
    session: Session, sending: Sending, sms: OwnChannel, vault: OwnVault, coming: tuple[UUID, UUID]
):
    vault.without.add(coming[0])
    jobs.send_reminders(sending)
    assert states(session, coming[0], "day-before") == [(State.SUPPRESSED, "We have no way to reach you that works.")]


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


def test_one_without_words_keeps_nobody_else_back(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, coming: tuple[UUID, UUID]
):
    _, games = coming
    other = given_member(session, clock())
    given_going(session, clock() - timedelta(minutes=1), games, other)
    theirs = update(Notification).where(Notification.member_id == other, Notification.rule == "two-hours-before")
    session.execute(theirs.values(rule="no such template", due_at=clock()))
    session.commit()
    jobs.send_reminders(sending)
    assert len(sms.sent) == 2
    assert states(session, other, "no such template")[0] == (State.FAILED, "We could not find the words for it.")


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


def test_a_try_keeps_the_providers_id_and_no_address(
    session: Session, sending: Sending, sms: OwnChannel, coming: tuple[UUID, UUID]
):
    jobs.send_reminders(sending)
    delivery = session.scalars(select(Delivery)).one()
    assert delivery.provider_id == f"SM{delivery.id.hex}"
    assert sms.sent[0].address not in str(
        {column.name: getattr(delivery, column.name) for column in Delivery.__table__.columns}
    )


def test_many_are_sent_in_batches_and_each_once(session: Session, sending: Sending, sms: OwnChannel, clock: Clock):
    games = given_occurrence(session, clock())
    members = [given_member(session, clock()) for _ in range(250)]
    for member in members:
        given_going(session, clock(), games, member)
    says(session, clock(), games, members[0], Answer.NOT_GOING)
    session.commit()
    clock.set(EVENING_BEFORE)
    jobs.send_reminders(sending)
    assert len({parcel.address for parcel in sms.sent}) == len(sms.sent) == 249

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.notifications import jobs
from services.notifications.channels import CHANNELS
from services.notifications.jobs import Sending
from services.notifications.models import Delivery, Notification, Recipient, State, Suppression
from services.notifications.parcels import Outcome
from services.notifications.words import WRITTEN_FOR
from shared.contracts.events import Answer
from shared.messaging.tables import OutboxRow
from tests.conftest import Clock
from tests.notifications.builders import (
    EVENING_BEFORE,
    given_going,
    given_member,
    given_occurrence,
    joined,
    says,
    states,
)
from tests.notifications.conftest import OwnChannel, OwnVault


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

"""Somebody is erased: whatever waits for them, or is on its way to leaving, never leaves."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.notifications import handlers, jobs
from services.notifications.models import Delivery, Going, Notification, Receipt, Recipient, Suppression
from services.notifications.use_cases.receiving import Told, receive
from services.notifications.use_cases.stopping import stop
from services.notifications.vault import Address
from shared.contracts.events import Answer
from shared.contracts.members import MemberErased
from tests.conftest import Clock
from tests.notifications.builders import given_going, given_member, given_occurrence, joined, says
from tests.notifications.conftest import OwnChannel, OwnVault, Sending


def erase(session: Session, member_id: UUID, clock: Clock) -> None:
    handlers.member_erased(session, MemberErased(erasure_id=uuid4(), member_id=member_id), clock.at)
    session.commit()


def rows(session: Session, *tables: type) -> list[int]:
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_d18_what_was_claimed_and_has_not_left_does_not_leave(
    session: Session, sending: Sending, sms: OwnChannel, vault: OwnVault, clock: Clock
):
    member, friend = given_member(session, clock.at), given_member(session, clock.at)
    for each in (member, friend):
        joined(session, clock.at, each)
    session.commit()
    inner = vault.resolve

    def resolve(wanted: Sequence[tuple[UUID, str]], reason: str) -> dict[tuple[UUID, str], Address]:
        erase(session, member, clock)
        return inner(wanted, reason)

    vault.resolve = resolve  # type: ignore[method-assign]
    jobs.send_bulk(sending)
    assert [parcel.address for parcel in sms.sent] == [f"sms:{friend}"]


def test_d18_what_is_heard_of_them_later_plans_nothing(session: Session, sending: Sending, clock: Clock):
    member = given_member(session, clock.at)
    occurrence = given_occurrence(session, clock.at)
    erase(session, member, clock)
    says(session, clock.at, occurrence, member, Answer.GOING)
    joined(session, clock.at, member)
    assert rows(session, Recipient, Going, Notification) == [0, 0, 0]


def test_what_was_sent_is_forgotten_and_a_late_receipt_does_no_harm(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock
):
    member = given_member(session, clock.at)
    given_going(session, clock.at, given_occurrence(session, clock.at), member)
    joined(session, clock.at, member)
    session.commit()
    jobs.send_bulk(sending)
    (parcel,) = sms.sent
    told = Told("twilio", f"SM{parcel.reference.hex}", "delivered", None, parcel.reference)
    receive(session, told, clock.at)
    assert rows(session, Delivery, Receipt) == [1, 1]
    erase(session, member, clock)
    assert rows(session, Delivery, Receipt, Notification, Going) == [0, 0, 0, 0]
    receive(session, told, clock.at)
    assert rows(session, Notification) == [0]


def test_a_stop_outlives_its_owner(session: Session, clock: Clock):
    member = given_member(session, clock.at)
    stop(session, "sms", "index", member, clock.at)
    erase(session, member, clock)
    assert rows(session, Suppression) == [1]

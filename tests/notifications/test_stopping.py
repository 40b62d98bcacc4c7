"""STOP holds whenever it is heard: also before anything else is known of who said it."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.notifications import handlers, jobs
from services.notifications.jobs import Sending
from services.notifications.models import Notification, Recipient
from services.notifications.use_cases import stopping
from shared.contracts.members import MemberErased
from shared.ids import new_id
from shared.messaging.tables import OutboxRow
from tests.conftest import Clock
from tests.notifications.builders import joined, likes
from tests.notifications.conftest import OwnChannel

# The blind index of their number, which is another than that of their email address.
NUMBER = "index-of-the-number"


@pytest.fixture
def unheard_of(session: Session, clock: Clock) -> UUID:
    """A member who texted STOP before members' first word of them came."""
    member = new_id()
    stopping.stop(session, "sms", NUMBER, member, clock())
    return member


def send(session: Session, sending: Sending, member: UUID) -> list[tuple[str, str | None]]:
    session.commit()
    jobs.send_bulk(sending)
    session.expire_all()
    rows = session.scalars(select(Notification).where(Notification.member_id == member))
    return [(row.state, row.reason) for row in rows]


def test_a_stop_heard_before_anything_else_holds_on_every_channel(
    session: Session, sending: Sending, email: OwnChannel, clock: Clock, unheard_of: UUID
):
    likes(session, clock(), unheard_of, "email", "sms")
    joined(session, clock(), unheard_of)
    assert send(session, sending, unheard_of) == [("suppressed", "You texted STOP.")]
    assert email.sent == []


def test_a_start_undoes_it_and_what_is_heard_later_counts_whole(
    session: Session, sending: Sending, email: OwnChannel, clock: Clock, unheard_of: UUID
):
    clock.go_on(seconds=1)
    stopping.start(session, "sms", NUMBER, unheard_of, clock())
    likes(session, clock(), unheard_of, "email", "sms")
    joined(session, clock(), unheard_of)
    send(session, sending, unheard_of)
    assert [parcel.address for parcel in email.sent] == [f"email:{unheard_of}"]


def test_of_who_only_said_stop_nobody_is_written_to(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, unheard_of: UUID
):
    stopping.start(session, "sms", NUMBER, unheard_of, clock())
    joined(session, clock(), unheard_of)
    assert send(session, sending, unheard_of) == [("suppressed", "We have no way to reach you that works.")]
    assert sms.sent == []


def test_a_stop_of_who_was_erased_stops_the_address_and_brings_nothing_back(session: Session, clock: Clock):
    member = uuid4()
    handlers.member_erased(session, MemberErased(erasure_id=uuid4(), member_id=member), clock())
    stopping.stop(session, "sms", NUMBER, member, clock())
    assert session.scalar(select(func.count()).select_from(Recipient)) == 0
    assert "notifications.stop-received.v1" not in session.scalars(select(OutboxRow.kind)).all()

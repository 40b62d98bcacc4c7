from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.handlers import SUBSCRIPTIONS
from services.members.models import Address
from shared.contracts.message import Message
from shared.contracts.notifications import DeliveryFailedForGood, StartReceived, StopReceived
from tests.members.builders import NOW, brought_in, called, data_of, member, said

STOP, START, FAILED = StopReceived, StartReceived, DeliveryFailedForGood


@pytest.fixture
def seven(session: Session) -> UUID:
    """A member with a number and an email address, who likes texts best."""
    brought_in(session, member(7), member(8))
    return called(session, "Member 7").id


def hear(session: Session, kind: type[Message], member_id: UUID, channel: str = "sms") -> None:
    (handle,) = [it.handle for it in SUBSCRIPTIONS if it.message is kind]
    handle(session, kind(member_id=member_id, channel=channel), NOW)
    session.flush()


def states(session: Session, member_id: UUID) -> dict[str, str]:
    found = session.scalars(
        select(Address).where(Address.member_id == member_id).execution_options(populate_existing=True)
    )
    return {address.channel: address.state for address in found}


def channels_told(session: Session, member_id: UUID) -> list[list[str]]:
    told = data_of(session, "preferences-changed")
    return [each["channels"] for each in told if each["member_id"] == str(member_id)][1:]


@pytest.mark.parametrize(
    ("heard", "state", "told"),
    [
        ([STOP], "stopped", [["email"]]),
        ([STOP, STOP], "stopped", [["email"]]),
        ([STOP, START], "active", [["email"], ["sms", "email"]]),
        ([START], "active", []),
        ([FAILED], "failed", [["email"]]),
        ([FAILED, FAILED], "failed", [["email"]]),
        ([FAILED, START], "failed", [["email"]]),
        ([FAILED, STOP, START], "active", [["email"], ["sms", "email"]]),
        ([STOP, FAILED], "stopped", [["email"]]),
    ],
    ids=lambda it: (
        "-".join(kind.__name__ for kind in it) if isinstance(it, list) and it and isinstance(it[0], type) else ""
    ),
)
def test_what_becomes_of_a_number(
    session: Session, seven: UUID, heard: list[type[Message]], state: str, told: list[list[str]]
):
    for kind in heard:
        hear(session, kind, seven)
    assert states(session, seven) == {"sms": state, "email": "active"}
    assert channels_told(session, seven) == told


def test_nobody_else_is_touched(session: Session, seven: UUID):
    hear(session, STOP, seven)
    hear(session, FAILED, seven, "email")
    assert channels_told(session, seven) == [["email"], []]
    eight = called(session, "Member 8").id
    assert states(session, eight) == {"sms": "active", "email": "active"}
    assert channels_told(session, eight) == []


@pytest.mark.parametrize("kind", [STOP, START, FAILED])
def test_of_a_member_or_channel_we_do_not_have_nothing_is_said(session: Session, seven: UUID, kind: type[Message]):
    before = said(session)
    hear(session, kind, uuid4())
    hear(session, kind, seven, "telegram")
    assert said(session) == before

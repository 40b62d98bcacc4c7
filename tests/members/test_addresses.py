from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.models import Address, AddressState, Channel, How, MemberSession
from shared.auth import Signer
from shared.testing.keys import Keyring
from tests.members.builders import NOW, VAULT, brought_in, called, counts, data_of, member, number, said


@pytest.fixture
def signer(keys: Keyring) -> Signer:
    return keys.signer("members")


def states_of(session: Session, name: str) -> list[AddressState]:
    query = select(Address.state).where(Address.member_id == called(session, name).id, Address.channel == "sms")
    return list(session.scalars(query.order_by(Address.added_at, Address.id)))


def sender(session: Session, signer: Signer, address: str, at: datetime = NOW) -> UUID | None:
    found = use_cases.identify_sender(session, Channel.SMS, address, vault=VAULT, signer=signer, now=at)
    return found.member_id


def nothing(*_args: Any, **_more: Any) -> None:
    """What happens to most numbers."""


def test_a_stopped_number_stays_stopped(session: Session):
    brought_in(session, member(7))
    use_cases.stop_channel(session, called(session, "Member 7").id, "sms", now=NOW)
    messages = len(said(session))
    assert counts(brought_in(session, member(7))) == (0, 0, 1, 0)
    assert states_of(session, "Member 7") == ["stopped"]
    assert said(session)[messages:] == []


def test_a_stop_holds_for_a_new_number_too(session: Session):
    brought_in(session, member(7))
    use_cases.stop_channel(session, called(session, "Member 7").id, "sms", now=NOW)
    assert counts(brought_in(session, member(7, phone=number(70)))) == (0, 1, 0, 0)
    assert states_of(session, "Member 7") == ["stopped"]
    assert counts(brought_in(session, member(7, phone=number(70)))) == (0, 0, 1, 0)
    use_cases.start_channel(session, called(session, "Member 7").id, "sms", now=NOW)
    assert states_of(session, "Member 7") == ["active"]


def test_a_list_that_names_a_number_that_failed_has_it_tried_again(session: Session):
    brought_in(session, member(7), member(8))
    use_cases.fail_channel(session, called(session, "Member 7").id, "sms", now=NOW)
    messages = len(said(session))
    assert counts(brought_in(session, {"email": "member7@example.org"})) == (0, 0, 1, 0)
    assert states_of(session, "Member 7") == ["failed"]
    assert counts(brought_in(session, member(7), member(8))) == (0, 1, 1, 0)
    assert states_of(session, "Member 7") == ["active"]
    assert counts(brought_in(session, member(7), member(8))) == (0, 0, 2, 0)
    assert said(session)[messages:] == ["preferences-changed"]
    assert data_of(session, "preferences-changed")[-1]["channels"] == ["sms", "email"]


def test_a_new_number_takes_the_place_of_one_that_failed(session: Session):
    brought_in(session, member(7))
    use_cases.fail_channel(session, called(session, "Member 7").id, "sms", now=NOW)
    brought_in(session, member(7, phone=number(70)))
    assert states_of(session, "Member 7") == ["active"]
    assert [told["channels"] for told in data_of(session, "preferences-changed")] == [
        ["sms", "email"],
        ["email"],
        ["sms", "email"],
    ]


@pytest.mark.parametrize("before", [nothing, use_cases.stop_channel, use_cases.fail_channel])
def test_a_new_number_ends_what_was_opened_from_the_old_one(
    session: Session, signer: Signer, before: Callable[..., None]
):
    brought_in(session, member(7), member(8))
    seven, eight = called(session, "Member 7"), called(session, "Member 8")
    before(session, seven.id, "sms", now=NOW)
    session.add_all([MemberSession.begun(one.id, one.name, How.LINK, NOW) for one in (seven, eight)])
    brought_in(session, member(7, phone=number(70)), member(8))
    assert list(session.scalars(select(MemberSession.member_id))) == [eight.id]
    assert seven.links_valid_from > NOW.date()
    assert eight.links_valid_from == NOW.date()
    assert sender(session, signer, number(7)) is None
    assert sender(session, signer, number(70)) == seven.id


def test_a_text_from_a_number_that_failed_opens_nothing_and_starts_nothing(session: Session, signer: Signer):
    brought_in(session, member(7), member(8))
    use_cases.fail_channel(session, called(session, "Member 7").id, "sms", now=NOW)
    messages = said(session)
    assert [sender(session, signer, number(7)) for _ in range(2)] == [None, None]
    assert (states_of(session, "Member 7"), states_of(session, "Member 8")) == (["failed"], ["active"])
    assert said(session) == messages


def test_a_text_is_a_sign_of_life_for_ninety_days(session: Session, signer: Signer):
    brought_in(session, member(7))
    seven = called(session, "Member 7").id
    for days in (90, 180):
        assert sender(session, signer, number(7), at=NOW + timedelta(days=days)) == seven
    for days in (271, 272):
        assert sender(session, signer, number(7), at=NOW + timedelta(days=days)) is None


def test_a_sign_of_life_is_written_down_once_a_day(session: Session, signer: Signer):
    brought_in(session, member(7))
    for hours, heard in ((1, 0), (24, 24), (47, 24), (48, 48)):
        sender(session, signer, number(7), at=NOW + timedelta(hours=hours))
        confirmed = session.scalars(select(Address.confirmed_at).where(Address.channel == "sms")).one()
        assert confirmed == NOW + timedelta(hours=heard)


def test_a_text_from_a_number_that_is_stopped_starts_nothing(session: Session, signer: Signer):
    brought_in(session, member(7))
    seven = called(session, "Member 7").id
    use_cases.fail_channel(session, seven, "sms", now=NOW)
    use_cases.stop_channel(session, seven, "sms", now=NOW)
    messages = said(session)
    assert sender(session, signer, number(7)) == seven
    assert states_of(session, "Member 7") == ["stopped"]
    assert said(session) == messages


def test_a_number_that_was_stopped_may_go_to_somebody_else(session: Session, signer: Signer):
    brought_in(session, member(7))
    seven = called(session, "Member 7").id
    use_cases.stop_channel(session, seven, "sms", now=NOW)
    assert counts(brought_in(session, member(7, phone=number(70)), member(8, phone=number(7)))) == (1, 1, 0, 0)
    assert sender(session, signer, number(70)) == seven
    assert sender(session, signer, number(7)) == called(session, "Member 8").id
    assert states_of(session, "Member 7") == ["stopped"]


def test_a_number_may_go_to_somebody_else_in_the_same_list(session: Session, signer: Signer):
    brought_in(session, member(7))
    rows = [member(7, phone=number(70)), member(8, phone=number(7))]
    assert counts(brought_in(session, *rows)) == (1, 1, 0, 0)
    assert counts(brought_in(session, *rows)) == (0, 0, 2, 0)
    assert sender(session, signer, number(7)) == called(session, "Member 8").id

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import smsutil
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications import handlers, jobs
from services.notifications.jobs import Sending
from services.notifications.models import Notification, Recipient, State
from services.notifications.parcels import Outcome
from services.notifications.use_cases import stopping
from services.notifications.words import code_words
from shared.contracts.members import SignInCodeIssued
from tests.conftest import Clock
from tests.notifications.builders import given_member, joined
from tests.notifications.conftest import OwnChannel, OwnVault


@pytest.fixture
def seven(session: Session, clock: Clock) -> UUID:
    member_id = given_member(session, clock.at, "sms", "email")
    session.commit()
    return member_id


def issued(session: Session, clock: Clock, vault: OwnVault, member: UUID, code: str, channel: str = "sms") -> UUID:
    challenge = uuid4()
    vault.codes[challenge] = code
    heard = SignInCodeIssued(member_id=member, challenge_id=challenge, channel=channel)
    handlers.sign_in_code_issued(session, heard, clock.at)
    session.commit()
    return challenge


def states(session: Session) -> list[str]:
    query = select(Notification.state).order_by(Notification.due_at).execution_options(populate_existing=True)
    return list(session.scalars(query))


def test_a_code_goes_out_at_once_also_at_night(
    session: Session, clock: Clock, vault: OwnVault, seven: UUID, sending: Sending, sms: OwnChannel
):
    clock.set(clock.at.replace(hour=3))
    issued(session, clock, vault, seven, "012345")
    jobs.send_urgent(sending)
    (parcel,) = sms.sent
    assert parcel.words.text.splitlines()[0].startswith("Your code is 012345.")
    assert parcel.words.text.splitlines()[-1] == "@127.0.0.1 #012345"


def test_a_code_goes_where_it_was_asked_for_and_not_where_reminders_go(
    session: Session, clock: Clock, vault: OwnVault, seven: UUID, sending: Sending, sms: OwnChannel, email: OwnChannel
):
    challenge = issued(session, clock, vault, seven, "012345", "email")
    jobs.send_urgent(sending)
    (parcel,) = email.sent
    assert sms.sent == []
    assert f"/in#{challenge}" in parcel.words.text
    assert f"/in#{challenge}" in (parcel.words.html or "")
    assert "012345" in parcel.words.text


def test_who_asks_again_gets_the_newer_code_alone(
    session: Session, clock: Clock, vault: OwnVault, seven: UUID, sending: Sending, sms: OwnChannel, email: OwnChannel
):
    issued(session, clock, vault, seven, "111111")
    issued(session, clock, vault, seven, "222222", "email")
    jobs.send_urgent(sending)
    assert sms.sent == []
    assert "222222" in email.sent[0].words.text
    assert len(states(session)) == 1


def test_a_code_that_has_left_does_not_keep_the_next_back(
    session: Session, clock: Clock, vault: OwnVault, seven: UUID, sending: Sending, sms: OwnChannel
):
    for code in ("111111", "222222"):
        issued(session, clock, vault, seven, code)
        jobs.send_urgent(sending)
    assert [parcel.words.text[13:19] for parcel in sms.sent] == ["111111", "222222"]


def test_a_code_and_something_else_for_the_same_phone_are_not_mixed_up(
    session: Session, clock: Clock, vault: OwnVault, seven: UUID, sending: Sending, sms: OwnChannel
):
    joined(session, clock.at, seven)
    issued(session, clock, vault, seven, "111111")
    jobs.send_bulk(sending)
    jobs.send_urgent(sending)
    assert ["111111" in parcel.words.text for parcel in sms.sent] == [False, True]


def test_after_ten_minutes_a_code_is_not_sent_any_more(
    session: Session, clock: Clock, vault: OwnVault, seven: UUID, sending: Sending, sms: OwnChannel
):
    issued(session, clock, vault, seven, "111111")
    clock.go_on(minutes=10)
    jobs.send_urgent(sending)
    assert (sms.sent, states(session)) == ([], [State.EXPIRED])


def test_a_code_that_the_vault_does_not_tell_is_not_sent(
    session: Session, clock: Clock, vault: OwnVault, seven: UUID, sending: Sending, sms: OwnChannel
):
    vault.codes.pop(issued(session, clock, vault, seven, "111111"))
    jobs.send_urgent(sending)
    assert (sms.sent, states(session)) == ([], [State.SUPPRESSED])


def test_a_code_also_goes_where_its_owner_is_known_only_once_they_enter_it(
    session: Session, clock: Clock, vault: OwnVault, seven: UUID, sending: Sending, sms: OwnChannel
):
    """What became of a phone meanwhile, the vault knows: without its code, nothing leaves."""
    issued(session, clock, vault, seven, "111111")
    session.get_one(Recipient, seven).channels = ["email"]
    session.commit()
    jobs.send_urgent(sending)
    assert ([len(sms.sent)], states(session)) == ([1], [State.ACCEPTED])


def test_stop_for_texts_does_not_lock_out_who_asks_for_a_code_by_mail(
    session: Session, clock: Clock, vault: OwnVault, seven: UUID, sending: Sending, email: OwnChannel
):
    stopping.stop(session, "sms", "another index", seven, clock.at)
    issued(session, clock, vault, seven, "111111", "email")
    jobs.send_urgent(sending)
    assert len(email.sent) == 1


def test_a_code_that_may_have_left_is_looked_up_in_the_same_words(
    session: Session, clock: Clock, vault: OwnVault, seven: UUID, sending: Sending, sms: OwnChannel
):
    sms.answer, sms.found = Outcome.AMBIGUOUS, Outcome.ACCEPTED
    issued(session, clock, vault, seven, "111111")
    jobs.send_urgent(sending)
    clock.at += timedelta(minutes=1)
    jobs.look_up(sending)
    assert states(session) == [State.ACCEPTED]
    assert len(sms.sent) == 1


@pytest.mark.parametrize("url", ["https://forum.example.org", "http://127.0.0.1:8000", "https://" + "x" * 40 + ".org"])
def test_a_text_with_a_code_is_one_segment_and_says_nothing_of_us(url: str):
    text = code_words("sms", "012345", None, language="en", url=url).text
    assert len(smsutil.split(text).parts) == 1
    assert smsutil.is_valid_gsm(text)
    assert text.endswith(f"\n@{url.split('//')[1].split(':', maxsplit=1)[0]} #012345")
    before = text.rsplit("\n", 1)[0].lower()
    assert [word for word in ("forum", "member", "service", "support", "programme", "hello") if word in before] == []

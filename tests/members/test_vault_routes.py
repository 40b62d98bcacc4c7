import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.models import Address, AuditEntry, AuditSubject, Channel
from shared.auth import Verifier
from shared.contracts.members import Role
from shared.idempotency import IdempotencyKey
from tests.conftest import Clock
from tests.members.builders import number
from tests.members.conftest import Api
from tests.members.signing_in import link_of


def looks(session: Session) -> Sequence[AuditEntry]:
    return session.scalars(select(AuditEntry).where(AuditEntry.action == "looked")).all()


def test_answers_with_addresses_or_secrets_are_never_stored(api: Api, session: Session, seven: UUID):
    key = {"Idempotency-Key": "once"}
    answers = [
        api.ask("POST", "/sessions", json={"link": link_of(api, seven)}, headers=key),
        api.ask("POST", "/tokens", json={"session": "x"}, headers=key),
        api.ask("POST", "/imports/members", "operator", "members:import", content=b"phone\n", headers=key),
        api.ask("POST", "/internal/addresses/identify", "chat", "vault:identify", json={"channel": "sms", "address": "1"}, headers=key),
    ]  # fmt: skip
    assert {answer.json()["type"] for answer in answers} == {"urn:afterhours:answer-not-kept"}
    assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0


def test_the_vault_is_opened_for_a_reason_that_is_kept(api: Api, session: Session, seven: UUID, clock: Clock):
    nobody = uuid4()
    wanted = [(seven, "email"), (nobody, "sms"), (seven, "sms"), (seven, "telegram"), (seven, "sms")]
    items = api.resolve(*wanted).json()["items"]
    assert [(UUID(item["member_id"]), item["channel"]) for item in items] == wanted
    assert [item["address"] for item in items] == ["member7@example.org", None, number(7), None, number(7)]
    assert [len(item["link"] or "") for item in items] == [40, 0, 40, 0, 40]
    assert [len(item["index"] or "") for item in items] == [64, 0, 64, 0, 64]
    (entry,) = looks(session)
    assert (entry.actor, entry.reason, entry.at) == ("notifications", "a reminder", clock.at)
    about = select(AuditSubject.channel).where(AuditSubject.position == entry.position).order_by(AuditSubject.channel)
    assert list(session.scalars(about)) == ["email", "sms"]


def test_nothing_is_given_for_an_address_that_is_stopped_or_failed(
    api: Api, session: Session, seven: UUID, clock: Clock
):
    use_cases.stop_channel(session, seven, "sms", now=clock.at)
    use_cases.fail_channel(session, seven, "email", now=clock.at)
    session.commit()
    items = api.resolve((seven, "sms"), (seven, "email")).json()["items"]
    assert [item["address"] or item["index"] or item["link"] for item in items] == [None, None]
    assert looks(session) == []


def test_an_address_that_was_altered_is_not_sent_to_and_the_others_are(
    api: Api, session: Session, seven: UUID, caplog: pytest.LogCaptureFixture
):
    session.execute(update(Address).where(Address.channel == "sms").values(ciphertext=b"altered"))
    session.commit()
    items = api.resolve((seven, "sms"), (seven, "email")).json()["items"]
    assert [item["address"] for item in items] == [None, "member7@example.org"]
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == [
        "an address in the vault is damaged"
    ]


@pytest.mark.parametrize("issuer", ["events", "chat", "operator", "web"])
def test_only_notifications_may_open_the_vault(api: Api, issuer: str):
    body = {"reason": "curious", "items": []}
    answer = api.ask("POST", "/internal/addresses/resolve", issuer, "vault:resolve", json=body)
    assert answer.status_code == 403


@pytest.mark.parametrize("written", ["+447700900007", "+44 7700 900 007", "00447700900007"])
def test_a_sender_is_known_by_their_number(api: Api, seven: UUID, written: str, keys: Any):
    found = api.identify(written).json()
    assert found["member_id"] == str(seven)
    assert found["index"] == api.resolve((seven, "sms")).json()["items"][0]["index"]
    caller = Verifier("events", keys.trusted).caller(found["token"])
    assert caller.member_id == seven
    assert list(caller.roles.values()) == [Role.MEMBER] * 2, "a number alone gives nobody a convenor's powers"


@pytest.mark.parametrize(
    ("channel", "written", "kept"),
    [("whatsapp", "0044 7700 900 007", "+447700900007"), ("telegram", " 123456789 ", "123456789")],
)
def test_a_sender_on_any_channel_is_found_by_their_address(
    api: Api, session: Session, seven: UUID, channel: Channel, written: str, kept: str
):
    vault = api.client.app.state.house.vault  # type: ignore[attr-defined]
    session.execute(
        update(Address).where(Address.channel == "sms").values(channel=channel, blind_index=vault.index(channel, kept))
    )
    session.commit()
    assert api.identify(written, channel).json()["member_id"] == str(seven)
    assert api.identify(number(7)).json()["member_id"] is None


@pytest.mark.parametrize(
    ("address", "channel"), [("+447700900099", "sms"), ("60006", "sms"), ("x@example.org", "email"), ("?", "email")]
)
def test_a_sender_nobody_knows_still_has_an_index(api: Api, address: str, channel: str):
    found = api.identify(address, channel).json()
    assert len(found["index"]) == 64
    assert (found["member_id"], found["token"]) == (None, None)


def test_who_said_stop_is_still_known(api: Api, session: Session, seven: UUID, clock: Clock):
    use_cases.stop_channel(session, seven, "sms", now=clock.at)
    session.commit()
    assert api.identify(number(7)).json()["member_id"] == str(seven)
    assert api.resolve((seven, "sms")).json()["items"][0]["address"] is None

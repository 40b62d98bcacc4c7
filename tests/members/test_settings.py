from base64 import b64encode
from typing import Any

import pytest
from pydantic import ValidationError

from services.members.handlers import SUBSCRIPTIONS
from services.members.settings import Settings
from services.members.worker import create
from shared.contracts.routes import ROUTES
from shared.db import disconnect
from shared.testing.keys import Keyring

KEY = b64encode(b"k" * 32).decode()


@pytest.fixture
def given(keys: Keyring) -> dict[str, Any]:
    return {
        "database_url": "postgresql+psycopg://unused",
        "signing_key": keys.private["members"],
        "trusted_keys": keys.trusted,
        "master_key": KEY,
        "index_key": KEY,
        "link_key": KEY,
        "erasure_ledger": "erasures.ledger",
    }


@pytest.mark.parametrize("key", ["master_key", "index_key", "link_key"])
@pytest.mark.parametrize("wrong", ["", "not base64!", b64encode(b"short").decode()])
def test_a_wrong_key_is_named_and_not_repeated(given: dict[str, Any], key: str, wrong: str):
    with pytest.raises(ValidationError, match=rf"{key}\n.* base64") as refused:
        Settings(**given | {key: wrong})
    assert not wrong or wrong not in str(refused.value)


def test_no_country_is_taken_for_granted(given: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("MEMBERS_PHONE_REGION", raising=False)
    assert Settings(**given).phone_region == ""
    monkeypatch.setenv("MEMBERS_PHONE_REGION", "GB")
    assert Settings(**given).phone_region == "GB"
    monkeypatch.setenv("MEMBERS_PHONE_REGION", "Britain")
    with pytest.raises(ValidationError, match="two letters"):
        Settings(**given)


def test_a_house_sends_by_text_and_mail_unless_it_says_otherwise(given: dict[str, Any]):
    assert Settings(**given).house().channels == ["sms", "email"]
    assert Settings(**given, channels=" push, email").house().channels == ["email", "push"]
    for wrong in ("", "fax", "sms,"):
        with pytest.raises(ValidationError, match="must be some of sms, email, whatsapp, telegram, push"):
            Settings(**given, channels=wrong)


def test_the_worker_hears_what_it_is_routed(given: dict[str, Any]):
    work = create(Settings(**given))
    assert work.subscriber is not None
    assert work.subscriber.sources == ("events", "members", "notifications")
    assert work.publishes
    heard = {it.message for it in SUBSCRIPTIONS}
    assert heard == {message for message, to in ROUTES.items() if "members" in to}
    disconnect(work.work.sessions)

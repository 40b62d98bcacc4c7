from collections.abc import Callable

import pytest
from sqlalchemy import select

from services.chat import sentences
from services.chat.models import Contact, Inbound
from shared.db import Sessions
from tests.chat.beside import Beside
from tests.chat.conftest import Phone

SID = "SM" + "7" * 32


@pytest.mark.parametrize(
    ("words", "away"),
    [
        ("yes", "members"),
        ("yes", "notifications"),
        ("yes", "events"),
        ("whats on", "events"),
        ("whats on", "events:odd"),
        ("yes", "notifications:odd"),
        ("yes", "members:forbidden"),
        ("yes", "events:forbidden"),
        ("The tea was cold.", "feedback"),
        ("start", "notifications"),
    ],
)
def test_while_a_service_is_away_the_sender_is_asked_to_text_again(
    phone: Phone, beside: Beside, words: str, away: str, sessions: Callable[[str], Sessions]
):
    beside.away = {away}
    assert phone.text(words, sid=SID) == sentences.DID_NOT_REACH_US
    nothing_is_kept(sessions)
    beside.away = set()
    # Whoever brings it again is heard, the provider as well as the sender.
    assert phone.text(words, sid=SID) not in ("", sentences.DID_NOT_REACH_US)
    assert phone.text(words) not in ("", sentences.DID_NOT_REACH_US)


@pytest.mark.parametrize("more", [{}, {"OptOutType": "STOP"}])
@pytest.mark.parametrize("away", ["members", "notifications"])
def test_a_stop_that_the_provider_has_confirmed_comes_again(
    phone: Phone, beside: Beside, sessions: Callable[[str], Sessions], away: str, more: dict[str, str]
):
    beside.away = {away}
    assert phone.send(" Stop", sid=SID, **more).status_code == 503
    nothing_is_kept(sessions)
    beside.away = set()
    assert phone.text(" Stop", sid=SID, **more) == ""
    assert len(beside.stops) == 1


def test_while_a_service_is_away_a_stop_in_more_words_is_asked_for_in_one(phone: Phone, beside: Beside):
    beside.away = {"notifications"}
    assert phone.text("stop please") == sentences.STOP_DID_NOT_REACH_US


def test_a_start_that_went_nowhere_is_not_left_in_silence(phone: Phone, beside: Beside):
    beside.away = {"notifications"}
    assert phone.text("start", OptOutType="START") == sentences.DID_NOT_REACH_US


def nothing_is_kept(sessions: Callable[[str], Sessions]) -> None:
    with sessions("chat")() as session:
        assert session.scalars(select(Inbound)).all() == []
        assert session.scalars(select(Contact)).all() == []

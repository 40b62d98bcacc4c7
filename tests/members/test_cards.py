from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.models import Action, AuditEntry, Card, DutyGiven, Helping, Member, MemberSession, WrongWords
from shared.contracts.members import Duty
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.members.builders import CHAIN, called, number
from tests.members.signing_in import Door, told


@pytest.fixture
def begun(door: Door) -> dict[str, Any]:
    return door.open(own_device=True)


@pytest.fixture
def card(door: Door, begun: dict[str, Any]) -> dict[str, Any]:
    """Member 7's card, as it is printed."""
    answer = door.as_member("POST", "/me/cards", begun)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    printed: dict[str, Any] = answer.json()
    return printed | {"secret": printed["link"].split("/in#card.")[1]}


def test_a_card_lets_its_owner_in_by_its_square_and_by_its_words(door: Door, card: dict[str, Any]):
    for shown in (
        {"card": card["secret"]},
        {"words": card["words"]},
        {"words": card["words"].upper().replace(" ", "-")},
    ):
        for _ in range(2):
            answer = door.show(**shown)
            assert answer.status_code == 201
            assert answer.json()["member"]["name"] == "Member 7"


def test_nothing_on_a_card_is_stored(door: Door, card: dict[str, Any], session: Session):
    stored = str(session.execute(select(Card.__table__)).all())
    assert [part for part in (card["secret"], *card["words"].split()) if part in stored] == []
    assert len(card["secret"]) == 22


@pytest.mark.parametrize("part", [0, 1, 10, 21])
def test_a_torn_card_is_refused_like_any_other(door: Door, card: dict[str, Any], part: int):
    words = card["words"].split()
    nothing = told(door.show(card="no such card"))
    assert told(door.show(card=card["secret"][:part] or "x")) == nothing
    for torn in (words[:3], words[1:], words[:2] + words[3:], [*words[:3], words[3][:3]], [words[3]], words[::-1]):
        assert told(door.show(words=" ".join(torn))) == nothing


def test_a_new_card_ends_the_one_before(door: Door, begun: dict[str, Any], card: dict[str, Any]):
    again = door.as_member("POST", "/me/cards", begun).json()
    assert door.show(card=card["secret"]).status_code == 401
    assert door.show(words=card["words"]).status_code == 401
    assert door.show(words=again["words"]).status_code == 201


def test_a_member_reads_of_their_card_and_takes_it_back(
    door: Door, begun: dict[str, Any], card: dict[str, Any], clock: Clock
):
    (mine,) = door.as_member("GET", "/me/cards", begun).json()["items"]
    assert (mine["id"], mine["issued_by_me"], mine["last_used_at"]) == (card["id"], True, None)
    assert set(mine) == {"id", "issued_at", "issued_by_me", "last_used_at"}
    door.show(card=card["secret"])
    assert door.as_member("GET", "/me/cards", begun).json()["items"][0]["last_used_at"] is not None
    assert door.as_member("DELETE", "/me/cards", begun).status_code == 204
    assert door.as_member("GET", "/me/cards", begun).json()["items"] == []
    assert door.show(card=card["secret"]).status_code == 401


def test_a_card_is_printed_for_somebody_only_while_helping_them(
    door: Door, session: Session, clock: Clock, keys: Keyring
):
    seven, helper = called(session, "Member 7").id, called(session, "Member 8").id
    token = keys.signer("members").member_token(helper, {}, [Duty.WORKER])
    path = f"/members/{seven}/cards"
    refused = door.as_member("POST", path, {"token": token})
    assert told(refused) == told(door.as_member("POST", f"/members/{uuid4()}/cards", {"token": token}))
    assert refused.status_code == 404
    session.add(DutyGiven(member_id=helper, duty=Duty.WORKER, given_at=clock.at))
    session.add(Helping(helper_id=helper, member_id=seven, began_at=clock.at, until=clock.at + timedelta(minutes=30)))
    session.commit()
    printed = door.as_member("POST", path, {"token": token})
    assert printed.status_code == 201
    begun = door.show(words=printed.json()["words"]).json()
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.CARD_ISSUED))
    assert entry.actor == str(session.get_one(Member, helper).audit_id), "the member can read who made it"
    assert begun["member"]["name"] == "Member 7"
    assert door.as_member("GET", "/me/cards", begun).json()["items"][0]["issued_by_me"] is False


def test_wrong_words_from_one_place_keep_nobody_else_out(
    door: Door, card: dict[str, Any], session: Session, clock: Clock
):
    for n in range(40):
        assert door.show(words=f"river apple stone {n:06}").status_code == 401
    assert session.scalar(select(func.count(WrongWords.id))) == 30, "beyond the limit nothing is written down"
    assert door.show(words=card["words"]).status_code == 401, "who comes without web shares one place"
    assert door.show(card=card["secret"]).status_code == 201
    token = door.api.keys.signer("web").service_token("members", "sign-in:vouch")
    by_web = {"headers": {"Authorization": f"Bearer {token}"}}
    answer = door.api.ask("POST", "/sessions", json={"words": card["words"], "asker": "another place"}, **by_web)
    assert answer.status_code == 201
    clock.go_on(hours=1)
    assert door.show(words=card["words"]).status_code == 201


def test_d23_lost_phone_back_in_with_the_card_and_everything_of_the_old_phone_dead_at_once(
    door: Door, begun: dict[str, Any], card: dict[str, Any], session: Session
):
    held = door.api.resolve((door.id_of("Member 7"), "sms")).json()["items"][0]["link"]
    texting = door.api.identify(number(7)).json()
    link = door.as_member("POST", "/me/sign-in-links", texting).json()["link"].split("/in#")[1].split(".")
    challenge = door.ask()
    code = door.received()["code"]

    back = door.show(card=card["secret"], lost_phone=True)

    assert back.status_code == 201
    assert session.scalars(select(MemberSession.how)).all() == ["card"], "no other session is left"
    refusals = [
        door.api.ask("POST", "/tokens", json={"session": begun["session"]}),
        door.show(link=held),
        door.type_code(challenge, code),
        door.show(challenge=link[0], token=link[1]),
        door.as_member("GET", "/me", begun),
        door.as_member("POST", "/me/cards", begun),
    ]
    assert {answer.status_code for answer in refusals} == {401}
    sent = len(door.sent())
    door.ask()
    assert len(door.sent()) == sent, "no code goes to the lost phone"
    found = door.api.identify("+447700900007").json()
    assert (found["member_id"], found["token"]) == (None, None), "who texts from the lost phone is nobody"
    me = door.as_member("GET", "/me", back.json()).json()
    assert me["channels"] == ["email"]
    assert door.show(card=card["secret"]).status_code == 201, "the card still works"


def test_a_lost_phone_is_lost_in_one_transaction_or_not_at_all(door: Door, card: dict[str, Any], session: Session):
    from services.members.use_cases.lost_phone import lose_phone

    with door.db.begin() as lost:
        lose_phone(lost, lost.get_one(Member, door.id_of("Member 7")), chain=CHAIN, now=door.clock.at)
        lost.rollback()
    session.expire_all()
    assert session.scalar(select(func.count(MemberSession.id))) == 1
    assert door.api.identify("+447700900007").json()["member_id"] is not None


def test_only_a_card_says_that_a_phone_is_lost(door: Door):
    challenge = door.ask()
    assert door.type_code(challenge, door.received()["code"], lost_phone=True).status_code == 422

"""Cards for many at once, as an operator prints them."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from pypdfium2 import PdfDocument
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deploy.local.card_sheets import PrintedCard, card_sheets
from services.members.models import Action, AuditEntry, AuditSubject, Card
from services.members.schemas.sign_in import MOST_CARDS
from shared.contracts.members import Role
from shared.testing.keys import Keyring
from tests.members.builders import called, member
from tests.members.group_builders import given_group, given_member
from tests.members.signing_in import Door, told

OPERATES = ("operator", "cards:issue")


def printed(door: Door, **wanted: Any) -> Any:
    return door.api.ask("POST", "/cards", *OPERATES, json=wanted)


@pytest.fixture
def seven(door: Door) -> str:
    return str(door.id_of("Member 7"))


def test_everybody_in_a_group_gets_a_card(door: Door):
    answer = printed(door, group="forum")
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    cards = answer.json()["items"]
    assert [it["name"] for it in cards] == ["Member 7", "Member 8"]
    for it in cards:
        begun = door.show(card=it["link"].split("/in#card.")[1])
        assert begun.json()["member"]["name"] == it["name"]


def test_the_words_that_are_printed_let_somebody_in_and_name_no_group(door: Door):
    cards = printed(door, group="forum").json()["items"]
    pdf = PdfDocument(card_sheets(PrintedCard(it["name"], it["link"], it["words"]) for it in cards))
    text = pdf[0].get_textpage().get_text_bounded()
    read = re.findall(r"(Member \d)\s+([a-z]+\s+[a-z]+\s+[a-z]+\s+\d{3} \d{3})", text)
    assert [door.show(words=words).json()["member"]["name"] for _, words in read] == ["Member 7", "Member 8"]
    assert [word for word in ("forum", "afterhours", "programme") if word in text.casefold()] == []


def test_only_the_members_named_get_a_card(door: Door, seven: str, session: Session):
    assert [it["name"] for it in printed(door, member_ids=[seven, seven]).json()["items"]] == ["Member 7"]
    assert session.scalars(select(Card.member_id)).all() == [UUID(seven)]


def test_one_of_a_group_gets_a_card_by_what_they_are_called(door: Door, session: Session):
    assert [it["name"] for it in printed(door, group="forum", name=" Member 7 ").json()["items"]] == ["Member 7"]
    assert session.scalar(select(func.count(Card.id))) == 1


@pytest.mark.parametrize(("name", "many"), [("Nobody", 0), ("Member 8", 2)])
def test_where_a_name_is_nobodys_or_of_several_no_card_is_made(door: Door, session: Session, name: str, many: int):
    called(session, "Member 7").name = "Member 8"
    session.commit()
    refused = printed(door, group="forum", name=name)
    assert refused.status_code == 404
    assert refused.json()["detail"].startswith(f"{many} in that group are called so")
    assert session.scalar(select(func.count(Card.id))) == 0


def test_a_printed_card_ends_the_one_before(door: Door, seven: str):
    before, now = (printed(door, member_ids=[seven]).json()["items"][0] for _ in range(2))
    assert (door.show(words=before["words"]).status_code, door.show(words=now["words"]).status_code) == (401, 201)


def test_all_who_got_a_card_read_that_the_office_made_it(door: Door, session: Session):
    (first, _) = printed(door, group="forum").json()["items"]
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.CARD_ISSUED))
    subjects = select(func.count()).where(AuditSubject.position == entry.position)
    assert (entry.actor, session.scalar(subjects)) == ("operator", 2)
    begun = door.show(words=first["words"]).json()
    assert (
        door.as_member("GET", "/me/audit", begun)
        .json()["items"][0]["text"]
        .startswith("The office made a new card in your name")
    )
    assert door.as_member("GET", "/me/cards", begun).json()["items"][0]["issued_by_me"] is False


def test_a_convenor_enrols_their_first_second_factor_with_a_printed_card(door: Door):
    door.api.bring_in(member(9, role="convenor"))
    (card,) = printed(door, member_ids=[str(door.id_of("Member 9"))]).json()["items"]
    begun = door.show(words=card["words"]).json()
    assert door.as_member("POST", "/me/authenticator", begun).status_code == 201
    own = door.as_member("POST", "/me/cards", begun).json()
    begun = door.show(words=own["words"]).json()
    assert door.as_member("POST", "/me/authenticator", begun).json()["type"] == "urn:afterhours:card-needed"


def test_a_big_group_gets_its_cards_two_hundred_at_a_time(door: Door, session: Session):
    group = given_group(session)
    people = {str(given_member(session, group)) for _ in range(MOST_CARDS + 1)}
    session.commit()
    first = printed(door, group=group.slug).json()
    rest = printed(door, group=group.slug, after=first["next"]).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (MOST_CARDS, 1, None)
    assert {str(it) for it in session.scalars(select(Card.member_id))} == people


def test_a_group_without_people_gets_no_card(door: Door, session: Session):
    door.api.begin_group("Walks")
    assert printed(door, group="walks").json() == {"items": [], "next": None}
    assert session.scalar(select(func.count(AuditEntry.position)).where(AuditEntry.action == Action.CARD_ISSUED)) == 0


def test_a_hidden_group_is_answered_like_one_that_is_not_there(door: Door, session: Session):
    door.api.begin_group("Women only", "hidden", slug="women-only")
    assert told(printed(door, group="women-only")) == told(printed(door, group="nonsense"))
    assert printed(door, group="nonsense").status_code == 404
    assert session.scalar(select(func.count(Card.id))) == 0


def test_one_who_is_no_member_stops_it_all(door: Door, seven: str, session: Session):
    nobody = str(uuid4())
    refused = printed(door, member_ids=[seven, nobody])
    assert refused.status_code == 404
    assert nobody in refused.json()["detail"]
    assert session.scalar(select(func.count(Card.id))) == 0


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"group": "forum", "member_ids": [str(uuid4())]},
        {"member_ids": []},
        {"member_ids": ["7"]},
        {"member_ids": [str(uuid4()) for _ in range(MOST_CARDS + 1)]},
        {"group": "No Slug"},
        {"name": "Member 7"},
        {"member_ids": [str(uuid4())], "name": "Member 7"},
        {"group": "forum", "issued_by": str(uuid4())},
    ],
)
def test_what_cannot_be_meant_is_refused(door: Door, wanted: dict[str, Any]):
    assert printed(door, **wanted).status_code == 422


def test_only_an_operator_prints_for_many(door: Door, keys: Keyring, seven: str):
    body = {"json": {"member_ids": [seven]}}
    assert door.api.ask("POST", "/cards", **body).status_code == 401
    for issuer, scope in (("operator", "groups:write"), ("web", "cards:issue"), ("chat", "cards:issue")):
        assert door.api.ask("POST", "/cards", issuer, scope, **body).status_code in {401, 403}
    convenor = keys.signer("members").member_token(UUID(seven), {uuid4(): Role.CONVENOR}, [])
    assert door.as_member("POST", "/cards", {"token": convenor}, **body).status_code == 403


def test_secrets_are_kept_under_no_idempotency_key(door: Door, seven: str):
    answer = door.api.ask(
        "POST", "/cards", *OPERATES, json={"member_ids": [seven]}, headers={"Idempotency-Key": "once"}
    )
    assert answer.status_code == 422

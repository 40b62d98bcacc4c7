"""Helping in person: with a card in hand, for half an hour, and the member can read who did (people.md P4, P5)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.models import Address, Group, Member
from services.members.names import quoted
from shared.contracts.members import Duty, Role
from shared.db import Sessions
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.members.builders import called, member, number, said
from tests.members.conftest import Api
from tests.members.signing_in import Door, other, told, written_by

As = Callable[..., Any]


@pytest.fixture
def people(api: Api, session: Session) -> dict[str, UUID]:
    api.begin_group("Walks", "closed")
    api.begin_group("Forum")
    api.bring_in(member(7), member(1, role="convenor", groups="Forum;Walks"), member(8))
    api.ask("POST", "/workers", "operator", "workers:write", json={"name": "Worker 1"})
    return {name: called(session, name).id for name in ("Member 1", "Member 7", "Member 8", "Worker 1")}


@pytest.fixture
def door(api: Api, db: Sessions, clock: Clock) -> Door:
    return Door(api, db, clock)


@pytest.fixture
def as_(api: Api, keys: Keyring, session: Session, people: dict[str, UUID]) -> As:
    """Asks as somebody, with what their second factor gives them, or without."""

    def ask(
        name: str, method: str, path: str, *, strong: bool = True, convenes: UUID | None = None, **content: Any
    ) -> Any:
        convened = {group(session, "Forum"), *([convenes] if convenes else [])}
        roles = dict.fromkeys(convened, Role.CONVENOR) if strong and name == "Member 1" else {}
        duties = [Duty.WORKER] if strong and name.startswith("Worker") else []
        token = keys.signer("members").member_token(people[name], roles, duties)
        if path == "/cards":
            # The operator prints it, and whoever is named has it in their hand.
            return api.ask(method, path, "operator", "cards:issue", json={"member_ids": [str(people[name])]})
        headers = {"Authorization": f"Bearer {token}"} | content.pop("headers", {})
        return api.ask(method, path, headers=headers, **content)

    return ask


def card_of(as_: As, name: str) -> dict[str, str]:
    card: dict[str, str] = as_(name, "POST", "/cards").json()["items"][0]
    return {"card": card["link"].partition("#card.")[2], "words": card["words"]}


@pytest.mark.parametrize("helper", ["Worker 1", "Member 1"])
@pytest.mark.parametrize("by", ["card", "words"])
def test_a_card_in_hand_lets_a_helper_act_for_half_an_hour(
    as_: As, people: dict[str, UUID], clock: Clock, helper: str, by: str
):
    card, seven = card_of(as_, "Member 7"), people["Member 7"]
    new_card = f"/members/{seven}/cards"
    assert as_(helper, "POST", new_card).status_code == 404
    begun = as_(helper, "POST", "/helping", json={by: card[by]})
    assert begun.status_code == 201, begun.text
    assert (begun.json()["member_id"], begun.json()["name"]) == (str(seven), "Member 7")
    assert as_(helper, "POST", new_card).status_code == 201
    assert as_(helper, "POST", new_card, strong=False).status_code == 404
    clock.go_on(minutes=30)
    assert as_(helper, "POST", new_card).status_code == 404


def test_a_member_reads_who_helped_them_and_when(as_: As, clock: Clock):
    begun = as_("Worker 1", "POST", "/helping", json={"card": card_of(as_, "Member 7")["card"]}).json()
    (helper,) = as_("Member 7", "GET", "/me/helpers").json()["items"]
    assert (helper["name"], helper["until"]) == ("Worker 1", begun["until"])
    assert "helped you with your card in hand" in as_("Member 7", "GET", "/me/audit").text
    assert as_("Member 8", "GET", "/me/helpers").json() == {"items": []}


@pytest.mark.parametrize("who", ["Worker 1", "Member 7"])
def test_either_of_the_two_stops_it(as_: As, people: dict[str, UUID], who: str):
    begun = as_("Worker 1", "POST", "/helping", json={"card": card_of(as_, "Member 7")["card"]}).json()
    assert as_("Member 8", "DELETE", f"/helping/{begun['id']}").status_code == 404
    for _ in range(2):
        assert as_(who, "DELETE", f"/helping/{begun['id']}").status_code == 204
    assert as_("Worker 1", "POST", f"/members/{people['Member 7']}/cards").status_code == 404


def test_who_helps_already_does_so_for_longer(as_: As, people: dict[str, UUID], clock: Clock):
    card = {"card": card_of(as_, "Member 7")["card"]}
    first = as_("Worker 1", "POST", "/helping", json=card).json()
    clock.go_on(minutes=20)
    again = as_("Worker 1", "POST", "/helping", json=card).json()
    assert again["id"] == first["id"]
    assert again["until"] > first["until"]
    assert len(as_("Member 7", "GET", "/me/helpers").json()["items"]) == 1


@pytest.mark.parametrize("name", ["Member 8", "Worker 1", "Member 1"])
def test_without_a_second_factor_nobody_helps(as_: As, name: str):
    card = {"card": card_of(as_, "Member 7")["card"]}
    refused = as_(name, "POST", "/helping", json=card, strong=False)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:afterhours:helpers-only")
    assert as_(name, "POST", "/members", json={}, strong=False).status_code == 403


def test_a_card_that_is_nobodys_or_ones_own_helps_nobody(as_: As):
    old = card_of(as_, "Member 7")
    card_of(as_, "Member 7")
    own = card_of(as_, "Worker 1")
    shown = [{"card": "x"}, {"words": "one two three 000000"}, {"card": old["card"]}, {"card": own["card"]}]
    answers = [as_("Worker 1", "POST", "/helping", json=each).json() for each in shown]
    assert {answer["type"] for answer in answers} == {"urn:afterhours:nobodys-card"}
    assert as_("Worker 1", "POST", "/helping", json={}).status_code == 422


def test_d14_somebody_joins_with_a_helper_and_tells_nothing(as_: As, session: Session, api: Api):
    joined = as_("Worker 1", "POST", "/members", json={})
    assert (joined.status_code, joined.json()["name"]) == (201, "Member")
    card = as_("Worker 1", "POST", f"/members/{joined.json()['member_id']}/cards").json()
    taken_over = api.ask("POST", "/sessions", json={"card": card["link"].partition("#card.")[2]})
    assert taken_over.json()["member"]["id"] == joined.json()["member_id"]
    assert said(session)[-2:] == ["preferences-changed", "member-joined"]


def test_somebody_joins_with_what_they_like_to_tell(as_: As, session: Session, door: Door):
    """Each address is theirs once the code that came there was entered, by the helper on the spot."""
    draft = {"name": "Zoë", "phone": number(70), "email": "Zoe@Example.org", "group_id": str(group(session, "Forum"))}
    joined = as_("Worker 1", "POST", "/members", json=draft).json()
    assert [it["channel"] for it in joined["challenges"]] == ["sms", "email"]
    assert said(session)[-5:] == ["preferences-changed", "member-joined", "group-joined", *["sign-in-asked"] * 2]
    for challenge, code in zip(joined["challenges"], codes_sent(door), strict=True):
        assert enter(as_, "Worker 1", joined, challenge, code).status_code == 204
    token = door.api.keys.signer("members").member_token(UUID(joined["member_id"]), {})
    trail = door.as_member("GET", "/me/audit", {"token": token}).json()["items"][0]["text"]
    assert trail.startswith(f"{quoted('Worker 1')} confirmed your email address with a code")
    found = door.api.resolve((joined["member_id"], "sms"), (joined["member_id"], "email")).json()["items"]
    assert [item["address"] for item in found] == [number(70), "Zoe@example.org"]


def test_a_code_that_came_is_entered_by_who_helps_and_by_nobody_else(as_: As, people: dict[str, UUID], door: Door):
    joined = as_("Worker 1", "POST", "/members", json={"phone": number(70)}).json()
    (challenge,), (code,) = joined["challenges"], codes_sent(door)
    assert enter(as_, "Member 1", joined, challenge, code).status_code == 404
    assert enter(as_, "Worker 1", joined, challenge, other(code)).status_code == 422
    assert enter(as_, "Worker 1", joined | {"member_id": people["Worker 1"]}, challenge, code).status_code == 422
    assert enter(as_, "Worker 1", joined, challenge | {"browser": "another"}, code).status_code == 422
    assert enter(as_, "Worker 1", joined, challenge, code, strong=False).status_code == 404
    assert enter(as_, "Worker 1", joined, challenge, code).status_code == 204


def test_nobody_learns_by_signing_up_whose_a_number_is(as_: As, session: Session, door: Door):
    """Until a code is entered all that a helper sees is the same, and so is the work; the number stays whose it is."""
    before = owners_of_all(session)
    signing_up = [{"phone": number(n), "email": f"member{n}@example.org"} for n in (7, 70)]
    taken, free = (written_by(session, lambda it=it: as_("Worker 1", "POST", "/members", json=it)) for it in signing_up)
    assert taken[1] == free[1]
    assert alike(taken[0].json()) == alike(free[0].json())
    for path in ("choices", "consents", "needs"):
        seen = [as_("Worker 1", "GET", f"/members/{it.json()['member_id']}/{path}").json() for it, _ in (taken, free)]
        assert seen[0] == seen[1]
    assert len(codes_sent(door)) == 2, "to the two addresses that are nobody's"
    wrong = [enter(as_, "Worker 1", it.json(), it.json()["challenges"][0], "000000") for it, _ in (taken, free)]
    assert told(wrong[0]) == told(wrong[1])
    assert owners_of_all(session) == before


@pytest.mark.parametrize("draft", [{"phone": "07700 900070"}, {"email": "zoe"}, {"name": "x" * 81}])
def test_what_cannot_be_used_is_said_so(as_: As, session: Session, draft: dict[str, str]):
    before = session.scalar(select(func.count(Member.id)))
    assert as_("Worker 1", "POST", "/members", json=draft).status_code == 422
    assert session.scalar(select(func.count(Member.id))) == before


def test_a_helper_lets_people_into_open_groups_and_their_own(as_: As, session: Session):
    walks = group(session, "Walks")
    assert as_("Worker 1", "POST", "/members", json={"group_id": str(walks)}).status_code == 404
    assert as_("Worker 1", "POST", "/members", json={"group_id": str(uuid4())}).status_code == 404
    assert as_("Member 1", "POST", "/members", json={"group_id": str(walks)}, convenes=walks).status_code == 201


def test_a_token_that_still_says_convenor_lets_nobody_into_a_hidden_group(as_: As, api: Api):
    """Whoever ran it and left is told what they would be told of nonsense."""
    hidden = UUID(api.begin_group("Quiet ones", "hidden").json()["id"])
    same = {"X-Request-Id": "the-same-request"}
    answers = [
        as_("Member 1", "POST", "/members", json={"group_id": str(it)}, convenes=it, headers=same)
        for it in (hidden, uuid4())
    ]
    assert answers[0].status_code == 404
    assert answers[0].content == answers[1].content


def test_what_a_sign_up_answers_is_kept_nowhere(as_: As):
    refused = as_("Worker 1", "POST", "/members", json={"name": "Zoë"}, headers={"Idempotency-Key": "once"})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:afterhours:answer-not-kept")
    assert as_("Worker 1", "POST", "/members", json={}).headers["cache-control"] == "no-store"


def codes_sent(door: Door) -> list[str]:
    """The codes on their way since members last heard what it said to itself, oldest first."""
    before = len(door.sent())
    door.hear()
    return [door.received(it)["code"] for it in door.sent()[before:]]


def enter(as_: As, who: str, joined: dict[str, Any], challenge: dict[str, Any], code: str, **more: Any) -> Any:
    path = f"/members/{joined['member_id']}/addresses/confirmations"
    return as_(who, "POST", path, json=challenge | {"code": code}, **more)


def alike(answer: Any) -> Any:
    """An answer without what is random or an id: of that only how long it is."""
    if isinstance(answer, dict):
        return {name: alike(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [alike(value) for value in answer]
    return answer if answer in {"Member", "sms", "email"} else len(answer)


def owners_of_all(session: Session) -> set[tuple[str, UUID]]:
    session.expire_all()
    return {(it.blind_index, it.member_id) for it in session.scalars(select(Address))}


def group(session: Session, name: str) -> UUID:
    return session.scalars(select(Group.id).where(Group.name == name)).one()

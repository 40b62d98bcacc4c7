"""Two records of one person are joined by a human who shows both and confirms it, and in no other way."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.models import Authenticator, DutyGiven, Member, Membership, Merge
from services.members.names import quoted
from shared.contracts.members import Duty, Role, Visibility
from tests.conftest import Clock
from tests.members.builders import NOW, data_of, number
from tests.members.group_builders import given_group, given_member
from tests.members.signing_in import Door, told


@pytest.fixture
def begun(door: Door) -> dict[str, Any]:
    """Member 7 has just signed in."""
    return door.open()


@pytest.fixture
def eight(door: Door) -> UUID:
    return door.id_of("Member 8")


def card_of(door: Door, member_id: UUID) -> dict[str, str]:
    wanted = {"member_ids": [str(member_id)]}
    printed = door.api.ask("POST", "/cards", "operator", "cards:issue", json=wanted).json()["items"][0]
    return {"card": printed["link"].partition("#card.")[2], "words": printed["words"]}


def with_token(door: Door, method: str, path: str, who: UUID, *duties: Duty, **content: Any) -> Any:
    token = door.api.keys.signer("members").member_token(who, {}, duties)
    return door.api.ask(method, path, headers={"Authorization": f"Bearer {token}"}, **content)


def propose(door: Door, begun: dict[str, Any], **shown: str) -> Any:
    return door.as_member("POST", "/me/merges", begun, json=shown)


def confirmed(door: Door, begun: dict[str, Any], merge: str) -> Any:
    return door.as_member("POST", f"/merges/{merge}/confirmations", begun)


def test_a_card_that_a_phone_asked_for_itself_joins_nothing(door: Door, begun: dict[str, Any], eight: UUID):
    found = door.type_code(door.ask(number(8)), door.received()["code"]).json()
    card = door.as_member("POST", "/me/cards", found).json()
    assert propose(door, begun, words=card["words"]).status_code == 409


@pytest.mark.parametrize("by", ["card", "words"])
def test_whoever_shows_both_reads_what_is_joined_and_confirms_it(
    door: Door, begun: dict[str, Any], eight: UUID, session: Session, by: str
):
    proposed = propose(door, begun, **{by: card_of(door, eight)[by]})
    assert proposed.status_code == 201, proposed.text
    told_first = proposed.json()
    assert (told_first["groups"], told_first["addresses"], told_first["addresses_dropped"]) == (0, 0, 2)
    assert told_first["words"][0] == (
        f"The record of {quoted('Member 8')} becomes part of that of {quoted('Member 7')}. This cannot be undone."
    )
    assert session.get(Member, eight)
    assert confirmed(door, begun, told_first["id"]).status_code == 204
    session.expire_all()
    assert session.get(Member, eight) is None
    assert data_of(session, "member-merged") == [{"kept_id": begun["member"]["id"], "gone_id": str(eight)}]


def test_a_proposal_is_confirmed_once_by_who_made_it_and_within_fifteen_minutes(
    door: Door, begun: dict[str, Any], eight: UUID, clock: Clock, session: Session
):
    card = card_of(door, eight)["card"]
    late = propose(door, begun, card=card).json()["id"]
    nothing = told(confirmed(door, begun, str(uuid4())))
    assert nothing[0] == 404
    assert told(with_token(door, "POST", f"/merges/{late}/confirmations", eight)) == nothing
    clock.go_on(minutes=14)
    in_time = propose(door, door.open(), card=card).json()["id"]
    clock.go_on(minutes=1)
    begun = door.open()
    assert told(confirmed(door, begun, late)) == nothing
    assert session.get(Member, eight)
    assert confirmed(door, begun, in_time).status_code == 204
    assert told(confirmed(door, begun, in_time)) == nothing


def test_a_proposal_needs_another_record_and_a_sign_in_of_just_now(
    door: Door, begun: dict[str, Any], eight: UUID, clock: Clock
):
    own, other = card_of(door, door.id_of("Member 7"))["card"], card_of(door, eight)["card"]
    assert told(propose(door, begun, card=own)) == told(propose(door, begun, card="no such card"))
    clock.go_on(minutes=16)
    later = door.as_member("POST", "/me/merges", {"token": with_renewed(door)}, json={"card": other})
    assert (later.status_code, later.json()["type"]) == (403, "urn:afterhours:sign-in-again")


def with_renewed(door: Door) -> str:
    """A token of now, without a sign-in of now."""
    return door.api.keys.signer("members").member_token(door.id_of("Member 7"), {})


@pytest.mark.parametrize("power", ["duty", "second factor", "duty of who stays"])
def test_powers_do_not_move_past_a_second_factor(
    door: Door, begun: dict[str, Any], eight: UUID, session: Session, power: str
):
    card = card_of(door, eight)["card"]
    merge = propose(door, begun, card=card).json()["id"]
    if power == "second factor":
        session.add(Authenticator(member_id=eight, nonce=b"n", ciphertext=b"c"))
    else:
        whose = eight if power == "duty" else UUID(begun["member"]["id"])
        session.add(DutyGiven(member_id=whose, duty=Duty.WORKER, given_at=NOW))
    session.commit()
    for refused in (propose(door, begun, card=card), confirmed(door, begun, merge)):
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:afterhours:merge-refused")
    assert session.get(Member, eight)


def test_a_hidden_group_is_not_counted_and_comes_along(
    door: Door, begun: dict[str, Any], eight: UUID, session: Session
):
    hidden, closed = given_group(session, Visibility.HIDDEN), given_group(session, Visibility.CLOSED)
    for group in (hidden, closed):
        session.add(Membership(member_id=eight, group_id=group.id, role=Role.MEMBER, joined_at=NOW))
    session.commit()
    proposed = propose(door, begun, card=card_of(door, eight)["card"]).json()
    assert proposed["groups"] == 1
    confirmed(door, begun, proposed["id"])
    joined = {each["group_id"] for each in data_of(session, "group-joined") if each["member_id"] != str(eight)}
    assert {str(hidden.id), str(closed.id)} <= joined
    assert data_of(session, "group-left") == []


def test_the_doors_of_the_record_that_is_gone_are_shut(door: Door, begun: dict[str, Any], eight: UUID):
    card = card_of(door, eight)["card"]
    other = door.show(card=card).json()
    confirmed(door, begun, propose(door, begun, card=card).json()["id"])
    assert door.show(card=card).status_code == 401
    assert door.api.ask("POST", "/tokens", json={"session": other["session"]}).status_code == 401
    assert door.api.identify(number(8)).json()["member_id"] is None


class TestHelping:
    """A worker has the cards of both in hand."""

    @pytest.fixture
    def worker(self, door: Door, session: Session) -> UUID:
        worker = given_member(session)
        session.add(DutyGiven(member_id=worker, duty=Duty.WORKER, given_at=NOW))
        session.commit()
        return worker

    def ask(self, door: Door, worker: UUID, path: str, **content: Any) -> Any:
        return with_token(door, "POST", path, worker, Duty.WORKER, **content)

    def propose(self, door: Door, worker: UUID, keep: UUID, gone: UUID) -> Any:
        return self.ask(door, worker, "/merges", json={"keep_id": str(keep), "gone_id": str(gone)})

    def test_who_helps_both_joins_them_and_the_member_reads_who_did(self, door: Door, eight: UUID, worker: UUID):
        seven = door.id_of("Member 7")
        for each in (seven, eight):
            assert self.propose(door, worker, seven, eight).status_code == 404
            self.ask(door, worker, "/helping", json={"card": card_of(door, each)["card"]})
        proposed = self.propose(door, worker, seven, eight)
        assert proposed.status_code == 201, proposed.text
        path = f"/merges/{proposed.json()['id']}/confirmations"
        assert self.ask(door, worker, path).status_code == 204
        trail = with_token(door, "GET", "/me/audit", seven).json()["items"]
        assert "joined two records of yours into one" in trail[0]["text"]
        assert door.api.ask("POST", "/internal/audit/verifications", "operator", "audit:verify").json()["whole"]

    def test_nobody_joins_one_of_their_own_or_one_with_itself_by_helping(self, door: Door, eight: UUID, worker: UUID):
        self.ask(door, worker, "/helping", json={"card": card_of(door, eight)["card"]})
        for keep, gone in ((worker, eight), (eight, worker), (eight, eight)):
            assert self.propose(door, worker, keep, gone).status_code == 404

    def test_help_that_has_ended_confirms_nothing(
        self, door: Door, eight: UUID, worker: UUID, clock: Clock, session: Session
    ):
        seven = door.id_of("Member 7")
        self.ask(door, worker, "/helping", json={"card": card_of(door, seven)["card"]})
        clock.go_on(minutes=20)
        self.ask(door, worker, "/helping", json={"card": card_of(door, eight)["card"]})
        merge = self.propose(door, worker, seven, eight).json()["id"]
        clock.go_on(minutes=11)
        assert self.ask(door, worker, f"/merges/{merge}/confirmations").status_code == 404
        assert session.scalars(select(Merge)).one().gone_id == eight

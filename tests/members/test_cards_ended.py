"""A card that was lost: it opens nothing any more, nor does what it had opened, and its member reads what was done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from services.members.models import How
from services.members.use_cases import end_my_cards
from shared.db import Sessions
from shared.testing.databases import Databases
from tests.conftest import Clock
from tests.members.builders import CHAIN, called, member
from tests.members.conftest import Api
from tests.members.signing_in import Door
from tests.members.visits import Visit, Visits, comes_in, printed
from tests.shared.waiting import until


def trail(who: Visit) -> list[str]:
    """What the audit trail tells somebody, the last first."""
    return [line["text"] for line in who.ask("GET", "/me/audit").json()["items"]]


def test_whoever_a_card_had_let_in_is_out_once_it_is_lost(visit: Visits):
    finder, tablet, owner = visit(), visit(How.LINK), visit(How.CODE)
    assert owner.ask("DELETE", "/me/cards").status_code == 204
    assert finder.ask("GET", "/me").status_code == 401
    assert finder.api.ask("POST", "/tokens", json={"session": finder.secret}).status_code == 401
    assert [who.ask("GET", "/me").status_code for who in (tablet, owner)] == [200, 200]


def test_who_came_in_with_their_card_and_ends_it_stays_in(visit: Visits):
    owner = visit()
    assert owner.ask("DELETE", "/me/cards").status_code == 204
    assert owner.ask("GET", "/me/cards").json()["items"] == []


def test_a_member_without_a_second_key_reads_that_their_cards_were_ended(visit: Visits):
    owner = visit()
    owner.ask("DELETE", "/me/cards")
    assert trail(owner)[0] == "You ended your cards, and where they had let anybody in, 23 November."


def test_d23_a_member_without_a_second_key_reads_that_their_phone_was_lost(visit: Visits, api: Api, session: Any):
    seven = called(session, "Member 7").id
    back = comes_in(api, printed(api, seven), lost_phone=True)
    assert trail(back)[0] == "You said that your phone was lost, 23 November."


def test_d23_who_finds_a_card_takes_no_mail_away_that_lets_its_owner_in(door: Door):
    begun, words = door.open(), printed(door.api, door.id_of("Member 7"))
    finder = comes_in(door.api, words, lost_phone=True)
    number, mail = finder.ask("GET", "/me/addresses").json()["items"]
    assert number["state"] == "failed", "it went with the phone, and may be taken away"
    assert finder.ask("DELETE", f"/me/addresses/{number['id']}").status_code == 204
    refused = finder.ask("DELETE", f"/me/addresses/{mail['id']}")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:afterhours:address-kept")
    door.clock.go_on(minutes=1)
    asked = door.ask("member7@example.org", "email")
    begun = door.type_code(asked, door.received()["code"]).json()
    assert door.as_member("DELETE", f"/me/addresses/{mail['id']}", begun).status_code == 204


@pytest.mark.committed
@pytest.mark.parametrize("by", ["card", "words"])
def test_a_card_that_is_shown_as_it_is_taken_back_opens_nothing(
    databases: Databases, open_api: Callable[[Sessions], Api], clock: Clock, by: str
):
    waits = text("SELECT 1 FROM pg_locks WHERE NOT granted")
    with databases.owned_sessions("members", pool_size=8) as sessions, ThreadPoolExecutor(1) as pool:
        api = open_api(sessions)
        api.bring_in(member(7), create_groups=True)
        with sessions() as owner, sessions() as watcher:
            seven = called(owner, "Member 7")
            wanted = {"member_ids": [str(seven.id)]}
            (card,) = api.ask("POST", "/cards", "operator", "cards:issue", json=wanted).json()["items"]
            shown = {"words": card["words"], "card": card["link"].partition("#card.")[2]}
            end_my_cards(owner, seven.id, None, chain=CHAIN, now=clock.at)
            owner.flush()
            opened = pool.submit(api.ask, "POST", "/sessions", json={by: shown[by]})
            until(lambda: watcher.execute(waits).first(), "whoever shows the card waits")
            owner.commit()
        assert opened.result().status_code == 401

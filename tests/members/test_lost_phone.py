"""D23: whoever has the lost phone has nothing by it, and whoever found the card has no powers by saying that it is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.members.models import How
from services.members.use_cases.lost_phone import lose_phone
from services.members.use_cases.sessions import open_session
from shared.contracts.members import Role
from shared.db import Sessions
from shared.testing.databases import Databases
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.members.builders import CHAIN, called, member
from tests.members.conftest import Api
from tests.members.signing_in import link_of
from tests.members.visits import Visit, Visits, comes_in, printed, sign_in, with_passkey
from tests.shared.waiting import until

CARD_NEEDED = (403, "urn:afterhours:card-needed")


def enrolling(who: Visit) -> set[tuple[int, str]]:
    """What somebody is told who would enrol a second factor."""
    answers = [who.ask("POST", path) for path in ("/me/passkeys/options", "/me/authenticator")]
    return {(answer.status_code, answer.json().get("type", "")) for answer in answers}


@pytest.fixture
def seven(session: Session, visit: Visits) -> UUID:
    return called(session, "Member 7").id


@pytest.fixture
def phone(visit: Visits, clock: Clock) -> Any:
    """The phone of Member 7, who runs a group: with a passkey and an app on it, and signed in."""
    phone = with_passkey(visit)
    app = phone.add_app()
    assert phone.confirm(app.at(clock.at)).status_code == 200
    clock.go_on(minutes=1)
    return phone


def test_d23_a_lost_phone_shows_no_second_factor_any_more(
    visit: Visits, phone: Visit, seven: UUID, api: Api, clock: Clock
):
    back = comes_in(api, printed(api, seven), lost_phone=True)
    assert back.ask("GET", "/me/second-factors").json() == {"passkeys": [], "authenticator_since": None}
    assert sign_in(api, phone.device).status_code == 401
    assert phone.show_digits(phone.app.at(clock.at)).status_code == 401
    with_a_text = visit(How.CODE)
    assert with_a_text.show_passkey(phone.device).status_code == 401
    assert with_a_text.show_digits(phone.app.at(clock.at)).status_code == 401
    assert set(with_a_text.caller().roles.values()) == {Role.MEMBER}


def test_d23_who_finds_a_card_and_says_that_the_phone_is_lost_has_no_powers(phone: Visit, seven: UUID, api: Api):
    words = printed(api, seven)
    for lost in (True, False, True):
        finder = comes_in(api, words, lost_phone=lost)
        assert enrolling(finder) == {CARD_NEEDED}
        assert set(finder.caller().roles.values()) == {Role.MEMBER}
    own = finder.ask("POST", "/me/cards").json()["words"]
    assert enrolling(comes_in(api, own)) == {CARD_NEEDED}


def test_d23_who_finds_a_card_takes_no_record_over_by_joining_it_to_their_own(
    visit: Visits, phone: Visit, seven: UUID, api: Api
):
    words, finder = printed(api, seven), visit(name="Member 8")
    for lost in (False, True, False):
        comes_in(api, words, lost_phone=lost)
        refused = finder.ask("POST", "/me/merges", json={"words": words})
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:afterhours:merge-refused")


def test_d23_what_was_proposed_before_is_not_confirmed_once_the_phone_is_lost(visit: Visits, seven: UUID, api: Api):
    words, finder = printed(api, seven), visit(name="Member 8")
    merge = finder.ask("POST", "/me/merges", json={"words": words}).json()["id"]
    comes_in(api, words, lost_phone=True)
    assert finder.ask("POST", f"/merges/{merge}/confirmations").status_code == 409


def test_d23_a_card_that_somebody_makes_afterwards_brings_the_powers_back(
    phone: Visit, seven: UUID, api: Api, clock: Clock
):
    comes_in(api, printed(api, seven), lost_phone=True)
    clock.go_on(minutes=20)
    back = comes_in(api, printed(api, seven))
    assert back.add_passkey().status_code == 201
    back.renewed(api.ask("POST", "/tokens", json={"session": back.secret}))
    assert set(back.caller().roles.values()) == {Role.CONVENOR}
    assert sign_in(api, phone.device).status_code == 401, "the old one stays lost"


def test_d23_the_member_reads_that_their_second_factors_went_and_why(phone: Visit, seven: UUID, api: Api):
    back = comes_in(api, printed(api, seven), lost_phone=True)
    went = "You took back all your passkeys and your authenticator app because the phone was lost, 23 November."
    assert back.said()[-1] == went
    again = comes_in(api, printed(api, seven), lost_phone=True)
    assert again.said().count(went) == 1, "what was not there did not go"


@pytest.mark.committed
def test_d23_who_is_let_in_at_that_very_moment_is_out_again(
    databases: Databases, open_api: Callable[[Sessions], Api], keys: Keyring, clock: Clock
):
    waits = text("SELECT 1 FROM pg_locks WHERE NOT granted")
    with databases.owned_sessions("members", pool_size=8) as sessions, ThreadPoolExecutor(1) as pool:
        api = open_api(sessions)
        api.bring_in(member(7), create_groups=True)
        with sessions() as thief, sessions() as watcher:
            seven = called(thief, "Member 7")
            words = printed(api, seven.id)
            let_in = open_session(thief, seven, How.PASSKEY, signer=keys.signer("members"), now=clock.at)
            thief.flush()
            back = pool.submit(comes_in, api, words, lost_phone=True)
            until(lambda: watcher.execute(waits).first(), "whoever lost the phone waits")
            thief.commit()
        assert back.result().ask("GET", "/me").status_code == 200
        assert api.ask("POST", "/tokens", json={"session": let_in.session}).status_code == 401


@pytest.mark.committed
def test_d23_a_link_that_is_opened_at_that_very_moment_opens_nothing(
    databases: Databases, open_api: Callable[[Sessions], Api], clock: Clock
):
    waits = text("SELECT 1 FROM pg_locks WHERE NOT granted")
    with databases.owned_sessions("members", pool_size=8) as sessions, ThreadPoolExecutor(1) as pool:
        api = open_api(sessions)
        api.bring_in(member(7), create_groups=True)
        with sessions() as owner, sessions() as watcher:
            seven = called(owner, "Member 7")
            link = link_of(api, seven.id)
            lose_phone(owner, seven, chain=CHAIN, now=clock.at)
            owner.flush()
            opened = pool.submit(api.ask, "POST", "/sessions", json={"link": link})
            until(lambda: watcher.execute(waits).first(), "whoever opens the link waits")
            owner.commit()
        assert opened.result().status_code == 401


def test_d23_a_worker_who_lost_their_phone_begins_again_with_the_office(api: Api):
    made = api.ask("POST", "/workers", "operator", "workers:write", json={"name": "Worker 1"}).json()
    unused = comes_in(api, printed(api, made["id"]), lost_phone=True)
    assert enrolling(unused) == {CARD_NEEDED}
    late = api.ask("POST", "/sessions/enrolment", json={"secret": made["secret"]})
    assert late.status_code == 401, "the office's secret may have been in the phone"
    again = api.ask("POST", f"/workers/{made['id']}/enrolments", "operator", "workers:write").json()
    begun = api.ask("POST", "/sessions/enrolment", json={"secret": again["secret"]}).json()
    worker = Visit(api, api.keys, begun["session"], begun["token"], unused.device)
    assert worker.add_passkey().status_code == 201
    api.ask("POST", f"/workers/{made['id']}/enrolments", "operator", "workers:write")
    read = comes_in(api, printed(api, made["id"])).said()
    assert read[-2].startswith(
        "The office took back all your passkeys and your authenticator app so that you can begin"
    )

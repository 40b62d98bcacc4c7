from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.models import Action, AuditEntry, Challenge, MembersBase
from shared.auth import Verifier
from shared.db import Sessions
from shared.sweep import sweep
from tests.conftest import Clock
from tests.members.builders import called, number, said
from tests.members.conftest import Api
from tests.members.signing_in import Door, other, told


def rows(session: Session) -> int:
    return session.scalar(select(func.count(Challenge.id))) or 0


def test_a_code_lets_its_owner_in(door: Door, keys: Any):
    begun = door.open()
    assert begun["member"]["name"] == "Member 7"
    assert Verifier("events", keys.trusted).caller(begun["token"]).member_id == door.id_of("Member 7")


@pytest.mark.parametrize("written", ["+44 7700 900 007", "00447700900007", " +447700900007 "])
def test_a_number_is_known_however_it_is_written(door: Door, written: str):
    door.ask(written)
    assert door.received()["address"] == number(7)


def test_nothing_of_a_code_is_stored(door: Door, session: Session):
    challenge = door.ask()
    code = door.received()["code"]
    stored = str(session.execute(select(Challenge.__table__)).all())
    assert code not in stored
    assert challenge["browser"] not in stored
    assert number(7) not in stored


def test_the_owner_can_read_why_somebody_looked(door: Door, session: Session):
    door.ask()
    door.received()
    assert session.scalars(select(AuditEntry.reason).where(AuditEntry.action == Action.LOOKED)).all() == [
        "to send a sign-in code"
    ]


def test_the_code_is_told_for_its_own_address_alone(door: Door):
    door.ask()
    sent = door.sent()[-1]
    assert sent["channel"] == "sms"
    assert door.received()["sign_in_link"] is None
    for lie in ({"channel": "email"}, {"member_id": str(door.id_of("Member 8"))}, {"challenge_id": str(uuid4())}):
        found = door.received(sent | lie)
        assert (found["code"], found["sign_in_link"]) == (None, None)


def test_mail_carries_a_link_that_needs_no_browser_and_works_once(door: Door):
    door.ask("member7@example.org", "email")
    link = door.received()["sign_in_link"]
    page, fragment = link.split("#")
    assert page.endswith("/in")
    challenge, token = fragment.split(".")
    assert door.show(challenge=challenge, token=token).json()["member"]["name"] == "Member 7"
    assert door.show(challenge=challenge, token=token).status_code == 401


@pytest.mark.parametrize(
    ("address", "channel"), [(number(99), "sms"), ("nobody@example.org", "email"), ("hello?", "sms"), ("@", "email")]
)
def test_an_address_that_nobody_has_is_answered_alike_and_nothing_is_sent(door: Door, address: str, channel: str):
    known, unknown = door.ask("member7@example.org", "email"), door.ask(address, channel)
    assert {key: len(value) for key, value in known.items()} == {key: len(value) for key, value in unknown.items()}
    assert len(door.sent()) == 1


@pytest.mark.parametrize("after", [use_cases.stop_channel, use_cases.fail_channel, use_cases.lose_channel])
def test_an_address_that_does_not_work_any_more_lets_nobody_in(door: Door, session: Session, clock: Clock, after: Any):
    challenge = door.ask()
    code = door.received()["code"]
    after(session, called(session, "Member 7").id, "sms", now=clock.at)
    session.commit()
    assert door.type_code(challenge, code).status_code == 401
    door.ask()
    assert len(door.sent()) == 1


def test_d22_a_number_that_was_silent_for_long_gets_no_code(door: Door, clock: Clock):
    clock.go_on(days=91)
    door.ask()
    assert door.sent() == []


def test_a_code_that_was_entered_is_a_sign_of_life(door: Door, clock: Clock):
    clock.go_on(days=80)
    door.open()
    clock.go_on(days=80)
    door.ask()
    assert len(door.sent()) == 2


def test_a_code_that_is_not_right_is_refused_in_the_same_bytes_whatever_is_wrong(door: Door, clock: Clock):
    unknown = door.ask(number(99))
    challenge, code = door.ask(), door.received()["code"]
    refusals = [
        door.type_code(challenge, other(code)),
        door.type_code(challenge, code[:5]),
        door.type_code(challenge, "no digits"),
        door.type_code(challenge | {"browser": door.ask()["browser"]}, code),
        door.type_code(challenge | {"challenge": str(uuid4())}, code),
        door.type_code(unknown, code),
        door.show(challenge=challenge["challenge"], token=challenge["browser"]),
        door.show(card="no card"),
        door.show(words="no words"),
        door.show(link="no link"),
    ]
    assert door.type_code(challenge, code).status_code == 201
    refusals.append(door.type_code(challenge, code))
    late = door.ask()
    clock.go_on(minutes=10)
    refusals.append(door.type_code(late, door_code(door, late)))
    assert len({str(told(refusal)) for refusal in refusals}) == 1
    assert told(refusals[0])[0] == 401


def door_code(door: Door, challenge: dict[str, Any]) -> str:
    """The code of a challenge, whether or not it may still be sent."""
    from uuid import UUID

    codes = door.api.client.app.state.way_in.codes  # type: ignore[attr-defined]
    code: str = codes.code(UUID(challenge["challenge"]))
    return code


def test_after_five_tries_a_code_is_dead(door: Door):
    challenge = door.ask()
    code = door.received()["code"]
    for _ in range(5):
        assert door.type_code(challenge, other(code)).status_code == 401
    assert door.type_code(challenge, code).status_code == 401


def test_the_fifth_try_may_be_the_right_one(door: Door):
    challenge = door.ask()
    code = door.received()["code"]
    for _ in range(4):
        door.type_code(challenge, other(code))
    assert door.type_code(challenge, code).status_code == 201


def test_nobody_uses_up_the_tries_of_another_browser(door: Door):
    challenge = door.ask()
    code = door.received()["code"]
    for _ in range(9):
        door.type_code(challenge | {"browser": "another"}, code)
    assert door.type_code(challenge, code).status_code == 201


def test_an_hour_has_three_codes_for_an_address_and_a_day_eight(door: Door, session: Session, clock: Clock):
    for hour in range(26):
        for _ in range(4):
            door.ask()
        assert len(door.sent()) == min(3 * hour + 3, 8) + (3 if hour == 25 else 0)
        clock.go_on(hours=1)
    assert rows(session) == 11, "what is beyond the limits leaves no row"


def test_one_number_cannot_use_up_anothers_codes(door: Door):
    for _ in range(9):
        door.ask(number(7))
    door.ask(number(8))
    assert door.sent()[-1]["member_id"] == str(door.id_of("Member 8"))


def test_one_place_asks_thirty_times_an_hour_when_web_vouches_for_it(door: Door, clock: Clock, session: Session):
    token = door.api.keys.signer("web").service_token("members", "sign-in:vouch")

    def ask(n: int, asker: str) -> None:
        body = {"channel": "email", "address": f"nobody{n}@example.org", "asker": asker}
        answer = door.api.ask("POST", "/challenges", json=body, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 201

    for n in range(40):
        ask(n, "a place")
    assert rows(session) == 30
    ask(41, "another place")
    clock.go_on(hours=1)
    ask(42, "a place")
    assert rows(session) == 32


def test_whoever_comes_without_web_shares_three_hundred_an_hour_and_takes_nothing_from_those_who_do(
    door: Door, clock: Clock, session: Session
):
    def ask(n: int, **by_web: Any) -> tuple[int, set[str]]:
        body = {"channel": "email", "address": f"nobody{n}@example.org", "asker": f"a claim {n}"}
        answer = door.api.ask("POST", "/challenges", json=body, **by_web)
        return answer.status_code, set(answer.json())

    answers = [ask(n) for n in range(310)]
    assert answers == [(201, {"challenge", "browser"})] * 310
    assert rows(session) == 300
    assert set(session.scalars(select(Challenge.asker))) == {""}, "nobody is believed who is not web"
    token = door.api.keys.signer("web").service_token("members", "sign-in:vouch")
    ask(311, headers={"Authorization": f"Bearer {token}"})
    assert rows(session) == 301
    clock.go_on(hours=1)
    ask(312)
    assert rows(session) == 302


def test_texts_have_a_limit_for_all_together_that_numbers_of_nobody_do_not_use_up(door: Door, clock: Clock):
    door.api.client.app.state.limits = use_cases.Limits(texts_an_hour=2)  # type: ignore[attr-defined]
    for n in range(90, 99):
        door.ask(number(n))
    for address, channel in ((number(7), "sms"), (number(8), "sms"), (number(7), "sms"), (number(8), "sms")):
        door.ask(address, channel)
    assert len(door.sent()) == 2
    clock.go_on(hours=1)
    door.ask()
    assert len(door.sent()) == 3


def test_what_is_heard_late_sends_nothing(door: Door, session: Session, clock: Clock):
    door.api.ask("POST", "/challenges", json={"channel": "sms", "address": number(7)})
    clock.go_on(minutes=11)
    door.ask(number(99))
    assert door.sent() == []


def test_a_link_for_chat_lets_its_owner_in_once(door: Door, api: Api):
    token = api.identify(number(7)).json()["token"]
    made = api.ask("POST", "/me/sign-in-links", headers={"Authorization": f"Bearer {token}"})
    assert made.status_code == 201
    assert made.json()["expires_in"] == 600
    challenge, secret = made.json()["link"].split("/in#")[1].split(".")
    assert door.show(challenge=challenge, token=secret).json()["member"]["name"] == "Member 7"
    assert door.show(challenge=challenge, token=secret).status_code == 401


def test_nobody_needs_more_than_three_links_an_hour(door: Door, clock: Clock):
    texting = door.api.identify(number(7)).json()
    answers = [door.as_member("POST", "/me/sign-in-links", texting) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 409]
    clock.go_on(hours=1)
    assert door.as_member("POST", "/me/sign-in-links", texting).status_code == 201


def test_an_old_session_makes_itself_no_new_one(door: Door):
    assert door.as_member("POST", "/me/sign-in-links", door.open()).status_code == 403


def test_challenges_are_forgotten_when_no_limit_looks_back_on_them(door: Door, db: Sessions, session: Session):
    door.ask()
    table = MembersBase.metadata.tables["challenges"]
    assert sweep(db, table, door.clock.at + timedelta(days=1, hours=1)) == 0
    assert sweep(db, table, door.clock.at + timedelta(days=2, hours=1)) == 1
    assert rows(session) == 0


def test_nothing_says_in_a_message_whose_number_it_was(door: Door, session: Session):
    door.ask()
    door.ask(number(99))
    assert said(session)[-3:].count("sign-in-code-issued") == 1
    assert set(door.sent()[0]) == {"member_id", "challenge_id", "channel"}

"""From a number typed on a page to a code on a phone and in: members and notifications, their messages by hand."""

import re
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.members import Duty
from tests.journeys.forum import Forum
from tests.journeys.test_heartbeat import ONE, TWO, all_rows, import_members

NEW = "+447700900077"


@pytest.fixture
def members(forum: Forum) -> Forum:
    forum.as_operator(
        "members", "POST", "/groups", "groups:write", json={"name": "Service User Forum", "visibility": "open"}
    )
    import_members(forum)
    forum.tell()
    forum.send_what_is_due()
    return forum


def ask(forum: Forum, address: str, channel: str = "sms") -> Any:
    answer = forum.clients["members"].post("/challenges", json={"channel": channel, "address": address})
    assert answer.status_code == 201
    forum.tell()
    forum.send_what_is_due()
    return answer.json()


def show(forum: Forum, **shown: Any) -> Any:
    return forum.clients["members"].post("/sessions", json=shown)


def test_a_code_travels_as_a_text_and_lets_its_owner_in(members: Forum):
    challenge = ask(members, "+44 7700 900001")
    text = members.said_to(ONE)[-1]
    code = re.search(r"#(\d{6})$", text)
    assert code is not None
    begun = show(members, **challenge, code=code[1])
    assert begun.status_code == 201
    assert begun.json()["member"]["name"] == "Member 1"
    for part in members.parts.values():
        assert code[1] not in all_rows(part.sessions)


def test_a_letter_holds_a_code_and_a_link_of_which_one_lets_in(members: Forum):
    challenge = ask(members, TWO, "email")
    letter = members.said_to(TWO)[-1]
    link = re.search(r"/in#([0-9a-f]{32})\.([\w-]+)", letter)
    code = re.search(r"\d{6}", letter)
    assert link is not None
    assert code is not None
    assert show(members, challenge=link[1], token=link[2]).status_code == 201
    assert show(members, **challenge, code=code[0]).status_code == 401


def test_a_number_of_nobody_gets_nothing(members: Forum):
    ask(members, "+447700900099")
    assert members.said_to("+447700900099") == []


def test_a_lost_phone_gets_no_code_that_was_on_its_way(members: Forum):
    card = members.card(ONE)
    members.clients["members"].post("/challenges", json={"channel": "sms", "address": ONE})
    members.tell()
    assert show(members, words=card["words"], lost_phone=True).status_code == 201
    members.tell()
    before = len(members.said_to(ONE))
    members.send_what_is_due()
    assert len(members.said_to(ONE)) == before


def test_who_joins_with_a_helper_gets_a_code_on_their_phone_and_the_number_is_theirs(members: Forum):
    worker = members.as_operator("members", "POST", "/workers", "workers:write", json={"name": "Worker 1"})
    token = members.keys.signer("members").member_token(UUID(worker["id"]), {}, [Duty.WORKER])
    helping = {"Authorization": f"Bearer {token}"}
    joined = members.clients["members"].post("/members", json={"phone": NEW}, headers=helping).json()
    members.tell()
    members.send_what_is_due()
    code = re.search(r"#(\d{6})$", members.said_to(NEW)[-1])
    assert code is not None
    path = f"/members/{joined['member_id']}/addresses/confirmations"
    entered = joined["challenges"][0] | {"code": code[1]}
    assert members.clients["members"].post(path, json=entered, headers=helping).status_code == 204
    ask(members, NEW)
    assert members.said_to(NEW)[-1] != code.string

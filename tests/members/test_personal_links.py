import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.models import Member, MemberSession
from tests.conftest import Clock
from tests.members.conftest import Api
from tests.members.signing_in import link_of, signed_in


def test_a_personal_link_signs_in(api: Api, session: Session, seven: UUID):
    begun = signed_in(api, seven)
    assert begun["expires_in"] == 600
    assert begun["member"]["name"] == "Member 7"
    assert [(group["slug"], group["role"]) for group in begun["member"]["groups"]] == [
        ("forum", "convenor"),
        ("quiet-ones", "convenor"),
    ]
    me = api.ask("GET", "/me", headers={"Authorization": f"Bearer {begun['token']}"}).json()
    assert me["id"] == str(seven)
    assert (me["channels"], me["preferred_channel"]) == (["sms", "email"], "sms")
    assert (me["quiet_from"], me["quiet_until"]) == ("21:00:00", "09:00:00")
    assert "7700900" not in json.dumps(me)
    assert begun["session"] not in str(session.execute(select(MemberSession.secret_hash)).all())


def test_a_session_gives_tokens_until_it_ends(api: Api, seven: UUID, clock: Clock):
    secret = {"session": signed_in(api, seven)["session"]}
    clock.go_on(days=29)
    renewed = api.ask("POST", "/tokens", json=secret)
    assert renewed.status_code == 200
    assert renewed.json()["member"]["id"] == str(seven)
    assert "session" not in renewed.json()
    clock.go_on(days=1)
    assert api.ask("POST", "/tokens", json=secret).status_code == 401


def test_signing_out_ends_the_session_and_may_be_said_twice(api: Api, seven: UUID):
    secret = {"session": signed_in(api, seven)["session"]}
    assert api.ask("DELETE", "/sessions", json=secret).status_code == 204
    assert api.ask("POST", "/tokens", json=secret).status_code == 401
    assert api.ask("DELETE", "/sessions", json=secret).status_code == 204


@pytest.fixture
def refusals(api: Api, session: Session, seven: UUID, clock: Clock) -> list[Any]:
    """Every way of not being let in."""
    old, secret = link_of(api, seven), signed_in(api, seven)["session"]
    links = [old[:-1] + ("A" if old[-1] != "A" else "B"), "no link", "é" * 40]
    api.ask("DELETE", "/sessions", json={"session": secret})
    answers = [api.ask("POST", "/sessions", json={"link": link}) for link in links]
    answers += [api.ask("POST", "/tokens", json={"session": text}) for text in (secret, "no session")]
    session.get_one(Member, seven).revoke_links(clock.at.date())
    session.commit()
    answers.append(api.ask("POST", "/sessions", json={"link": old}))
    fresh = link_of(api, seven)
    assert api.ask("POST", "/sessions", json={"link": fresh}).status_code == 201
    clock.go_on(days=32)
    answers.append(api.ask("POST", "/sessions", json={"link": fresh}))
    return answers


def test_every_refusal_to_sign_in_is_the_same(refusals: list[Any]):
    assert {answer.status_code for answer in refusals} == {401}
    told = [{key: value for key, value in answer.json().items() if key != "request_id"} for answer in refusals]
    assert all(each == told[0] for each in told)
    assert len(refusals) == 7


def test_a_link_of_somebody_who_is_no_more_is_refused_alike(api: Api, settings: Any, clock: Clock):
    code = settings.links().code(uuid4(), clock.at.date())
    answer = api.ask("POST", "/sessions", json={"link": code})
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:afterhours:sign-in-refused")


def test_two_revocations_on_one_day_both_hold(session: Session, api: Api, seven: UUID, clock: Clock):
    found = session.get_one(Member, seven)
    for _ in range(2):
        before = link_of(api, seven)
        found.revoke_links(clock.at.date())
        session.commit()
        assert api.ask("POST", "/sessions", json={"link": before}).status_code == 401
    assert api.ask("POST", "/sessions", json={"link": link_of(api, seven)}).status_code == 201

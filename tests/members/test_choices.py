from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.models import Consent, DutyGiven, Helping, Via
from shared.contracts.members import Duty, Role
from tests.conftest import Clock
from tests.members.builders import called, data_of, member, said
from tests.members.conftest import Api

FORUM = UUID(int=1)


@pytest.fixture
def seven(api: Api, session: Session) -> UUID:
    api.bring_in(member(7), member(8), create_groups=True)
    return called(session, "Member 7").id


def ask(api: Api, who: UUID, method: str, path: str, *duties: Duty, role: Role = Role.MEMBER, **content: Any) -> Any:
    token = api.keys.signer("members").member_token(who, {FORUM: role}, duties)
    headers = {"Authorization": f"Bearer {token}"} | content.pop("headers", {})
    return api.client.request(method, path, headers=headers, **content)


def yes(purpose: str = "forum", channel: str = "sms", *, given: bool = True, via: str = "web") -> dict[str, Any]:
    return {"via": via, "items": [{"purpose": purpose, "channel": channel, "given": given, "wording": "2026-11"}]}


def helping(session: Session, helper: UUID, whom: UUID, clock: Clock) -> None:
    hour = timedelta(hours=1)
    session.add(DutyGiven(member_id=helper, duty=Duty.WORKER, given_at=clock.at))
    session.add(Helping(helper_id=helper, member_id=whom, began_at=clock.at, until=clock.at + hour))
    session.commit()


def test_a_member_reads_all_they_decide(api: Api, seven: UUID):
    answer = ask(api, seven, "GET", "/me/choices")
    assert answer.json() == {
        "channels": ["sms", "email"],
        "channels_offered": ["sms", "email"],
        "preferred_channel": "sms",
        "consents": {"joined": ["sms", "email"], "forum": [], "ask": [], "account": ["sms", "email"]},
        "wording": "2026-11",
        "quiet_from": "21:00:00",
        "quiet_until": "09:00:00",
        "timezone": "Europe/London",
        "paused_until": None,
        "asks_a_month": 2,
        "interests": [],
        "interests_offered": answer.json()["interests_offered"],
        "languages": ["en"],
    }
    assert "walks" in answer.json()["interests_offered"]


def test_what_is_changed_is_told_once_and_the_rest_stays(api: Api, session: Session, seven: UUID):
    before = said(session)
    edit = {"paused_until": "2026-12-24", "asks_a_month": 0, "languages": ["pl", "en"], "interests": ["walks"]}
    changed = ask(api, seven, "PATCH", "/me/choices", json=edit).json()
    assert (changed["languages"], changed["interests"], changed["quiet_from"]) == (["pl", "en"], ["walks"], "21:00:00")
    told = data_of(session, "preferences-changed")[-1]
    assert (told["paused_until"], told["asks_a_month"], told["language"]) == ("2026-12-24", 0, "pl")
    ask(api, seven, "PATCH", "/me/choices", json=edit | {"interests": ["films"]})
    assert said(session) == [*before, "preferences-changed"]
    ended = ask(api, seven, "PATCH", "/me/choices", json={"paused_until": None}).json()
    assert (ended["paused_until"], ended["asks_a_month"]) == (None, 0)


def test_a_change_to_what_somebody_else_changed_meanwhile_is_refused(api: Api, seven: UUID):
    seen = {"If-Match": ask(api, seven, "GET", "/me/choices").headers["ETag"]}
    assert ask(api, seven, "PATCH", "/me/choices", json={"asks_a_month": 1}, headers=seen).status_code == 200
    late = ask(api, seven, "PATCH", "/me/choices", json={"asks_a_month": 5}, headers=seen)
    assert (late.status_code, late.json()["title"]) == (412, "Somebody changed this meanwhile.")
    seen = {"If-Match": ask(api, seven, "PUT", "/me/consents", json=yes()).headers["ETag"]}
    assert ask(api, seven, "PATCH", "/me/choices", json={"asks_a_month": 5}, headers=seen).status_code == 200


@pytest.mark.parametrize(
    "edit",
    [
        {"asks_a_month": -1},
        {"asks_a_month": 32},
        {"quiet_from": "25:00"},
        {"languages": []},
        {"languages": ["<script>"]},
        {"interests": ["arson"]},
        {"paused_until": "2027-11-25"},
        {"paused_until": "9999-12-31"},
        {"preferred_channel": "pigeon"},
    ],
    ids=str,
)
def test_what_cannot_be_chosen_is_refused_whole(api: Api, session: Session, seven: UUID, edit: dict[str, Any]):
    before, messages = ask(api, seven, "GET", "/me/choices").json(), said(session)
    assert ask(api, seven, "PATCH", "/me/choices", json={"asks_a_month": 7} | edit).status_code == 422
    assert (ask(api, seven, "GET", "/me/choices").json(), said(session)) == (before, messages)


def test_a_yes_is_given_and_read_back_in_plain_words(api: Api, seven: UUID):
    answer = ask(api, seven, "PUT", "/me/consents", json=yes(via="chat"))
    assert answer.json()["consents"]["forum"] == ["sms"]
    last = ask(api, seven, "GET", "/me/consents", params={"limit": 200}).json()["items"][-1]
    assert (last["words"], last["via"]) == ("You said yes to texts with news from your groups.", "chat")
    assert last["recorded_by"] == str(seven)


@pytest.mark.parametrize("via", ["import", "worker", "operator"])
def test_nobody_says_of_their_own_answer_that_somebody_else_wrote_it_down(api: Api, seven: UUID, via: str):
    assert ask(api, seven, "PUT", "/me/consents", json=yes(via=via)).status_code == 422


def test_a_helper_writes_down_what_a_member_says(api: Api, session: Session, seven: UUID, clock: Clock):
    helper = called(session, "Member 8").id
    helping(session, helper, seven, clock)
    for method, path, body in (("PUT", "consents", yes()), ("PATCH", "choices", {"asks_a_month": 0})):
        answer = ask(api, helper, method, f"/members/{seven}/{path}", Duty.WORKER, json=body)
        assert answer.status_code == 200
    written = session.scalars(select(Consent).where(Consent.member_id == seven).order_by(Consent.number)).all()[-1]
    assert (written.via, written.recorded_by) == (Via.WORKER, helper)
    mine = ask(api, seven, "GET", "/me/choices").json()
    assert (mine["asks_a_month"], mine["consents"]["forum"]) == (0, ["sms"])
    assert ask(api, helper, "GET", "/me/choices").json()["asks_a_month"] == 2


def test_who_is_not_helping_learns_nothing(api: Api, session: Session, seven: UUID, clock: Clock):
    eight = called(session, "Member 8").id
    paths = [f"/members/{who}/{what}" for who in (seven, uuid4(), "nobody") for what in ("choices", "consents")]
    answers = [ask(api, eight, "GET", path, Duty.WORKER, role=Role.CONVENOR) for path in paths]
    helping(session, eight, seven, clock)
    answers += [ask(api, eight, "GET", f"/members/{seven}/choices")]
    clock.go_on(hours=2)
    answers += [ask(api, eight, "GET", f"/members/{seven}/choices", Duty.WORKER)]
    told = [{name: part for name, part in it.json().items() if name != "request_id"} for it in answers]
    assert {it.status_code for it in answers} == {404}
    assert all(it == told[0] for it in told)


def test_choices_are_for_members(api: Api, seven: UUID):
    for path in ("/me/choices", "/me/consents", f"/members/{seven}/choices"):
        assert api.ask("GET", path).status_code == 401
    assert ask(api, uuid4(), "GET", "/me/choices").status_code == 401
    assert ask(api, uuid4(), "PATCH", "/me/choices", json={}).status_code == 401
    assert ask(api, uuid4(), "PUT", "/me/consents", json=yes()).status_code == 401


def test_anybody_may_read_the_words(api: Api):
    words = api.ask("GET", "/wordings/2026-11").json()
    assert words["words"]["forum"] == "Send me news from my groups."
    assert api.ask("GET", "/wordings/2019-01").status_code == 404
    paths = api.ask("GET", "/openapi.json").json()["paths"]
    assert [each["name"] for each in paths["/members/{member_id}/choices"]["get"]["parameters"]] == ["member_id"]

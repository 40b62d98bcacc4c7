import json
import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.models import Address, AuditEntry, AuditSubject, Channel, Member, MemberSession
from shared.auth import Verifier
from shared.contracts.members import Role
from shared.idempotency import IdempotencyKey
from tests.conftest import Clock
from tests.members.builders import called, data_of, member, number, said
from tests.members.conftest import Api


@pytest.fixture
def seven(api: Api, session: Session) -> UUID:
    """A member of two groups, one of them hidden."""
    api.begin_group("Forum")
    api.begin_group("Quiet ones", "hidden")
    report = api.bring_in(member(7, groups="Forum;Quiet ones", role="convenor")).json()
    assert report["added"] == 1, report
    return called(session, "Member 7").id


def link_of(api: Api, member_id: UUID) -> str:
    link: str = api.resolve((member_id, "sms")).json()["items"][0]["link"]
    return link


def signed_in(api: Api, member_id: UUID) -> dict[str, Any]:
    answer = api.ask("POST", "/sessions", json={"link": link_of(api, member_id), "own_device": True})
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


def looks(session: Session) -> Sequence[AuditEntry]:
    return session.scalars(select(AuditEntry).where(AuditEntry.action == "looked")).all()


def test_a_group_is_made_and_listed(api: Api, session: Session):
    made = api.begin_group("Women's Voices", "closed")
    assert made.status_code == 201
    assert made.json()["slug"] == "womens-voices"
    assert api.begin_group("Core Group", slug="core").json()["slug"] == "core"
    assert api.begin_group("Група").json()["slug"].startswith("group-")
    page = api.ask("GET", "/groups", params={"limit": 2}).json()
    assert page["items"][0]["slug"] == "core"
    rest = api.ask("GET", "/groups", params={"after": page["next"]}).json()
    assert rest["items"][-1] == made.json()
    assert said(session) == ["group-changed"] * 3
    assert data_of(session, "group-changed")[0] == {
        "group_id": made.json()["id"],
        "slug": "womens-voices",
        "name": "Women's Voices",
        "visibility": "closed",
    }


def test_a_hidden_group_is_listed_for_the_operator_alone(api: Api):
    api.begin_group("Quiet ones", "hidden")
    assert api.ask("GET", "/groups").json() == {"items": [], "next": None}
    assert len(api.ask("GET", "/groups", "operator", "groups:write").json()["items"]) == 1


@pytest.mark.parametrize(
    "more", [{"name": "FORUM"}, {"name": "Another", "slug": "forum"}, {"name": "For um", "slug": "forum"}]
)
def test_a_group_is_not_made_twice(api: Api, more: dict[str, str]):
    api.begin_group("Forum")
    answer = api.begin_group(**more)
    assert answer.status_code == 409
    assert "another name" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("issuer", "scope"),
    [(None, ""), ("events", "members:import"), ("operator", "groups:write"), ("notifications", "vault:resolve")],
)
def test_only_an_operator_imports(api: Api, issuer: str | None, scope: str):
    answer = api.ask("POST", "/imports/members", issuer, scope, content=b"phone\n")
    assert answer.status_code in {401, 403}


def test_an_import_says_what_came_of_every_row(api: Api):
    rows = [member(7, Notes="tea"), member(8, phone="07700 900008"), member(9, groups="Nobody's")]
    answer = api.bring_in(*(row | {"groups": row["groups"].replace("Forum", "")} for row in rows))
    assert answer.status_code == 200
    report = answer.json()
    assert (report["added"], report["changed"], report["unchanged"]) == (1, 0, 0)
    assert report["notes"] == ["The column «Notes» was not used."]
    assert [(row["line"], row["row"]["name"]) for row in report["refused"]] == [(3, "Member 8"), (4, "Member 9")]
    assert "Write the phone number with its country, like +44 7700 900123." in report["refused"][0]["reason"]
    assert "There is no group called «Nobody's»" in report["refused"][1]["reason"]
    assert "cache-control" in answer.headers


def test_groups_are_made_when_asked_for(api: Api):
    assert api.bring_in(member(7), create_groups=True).json()["added"] == 1
    assert [group["slug"] for group in api.ask("GET", "/groups").json()["items"]] == ["forum"]


@pytest.mark.parametrize(
    ("content", "status", "why"),
    [
        (b"", 422, "nothing in it"),
        (b"\x89PNG\r\n\x1a\n\x00", 422, "not text"),
        (b"PK\x03\x04", 422, "CSV"),
        (b"x" * (5 * 1024 * 1024 + 1), 413, "5 MB"),
        (b"x" * (50 * 1024 * 1024), 413, "6144 KB"),
    ],
    ids=["empty", "picture", "workbook", "5 MB", "50 MB"],
)
def test_a_file_that_is_no_list_is_refused_whole(api: Api, content: bytes, status: int, why: str):
    answer = api.bring_in(content=content)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert why in answer.json()["detail"]


def test_answers_with_addresses_or_secrets_are_never_stored(api: Api, session: Session, seven: UUID):
    key = {"Idempotency-Key": "once"}
    answers = [
        api.ask("POST", "/sessions", json={"link": link_of(api, seven)}, headers=key),
        api.ask("POST", "/tokens", json={"session": "x"}, headers=key),
        api.ask("POST", "/imports/members", "operator", "members:import", content=b"phone\n", headers=key),
        api.ask("POST", "/internal/addresses/identify", "chat", "vault:identify", json={"channel": "sms", "address": "1"}, headers=key),
    ]  # fmt: skip
    assert {answer.json()["type"] for answer in answers} == {"urn:afterhours:answer-not-kept"}
    assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0


def test_the_vault_is_opened_for_a_reason_that_is_kept(api: Api, session: Session, seven: UUID, clock: Clock):
    nobody = uuid4()
    wanted = [(seven, "email"), (nobody, "sms"), (seven, "sms"), (seven, "telegram"), (seven, "sms")]
    items = api.resolve(*wanted).json()["items"]
    assert [(UUID(item["member_id"]), item["channel"]) for item in items] == wanted
    assert [item["address"] for item in items] == ["member7@example.org", None, number(7), None, number(7)]
    assert [len(item["link"] or "") for item in items] == [40, 0, 40, 0, 40]
    assert [len(item["index"] or "") for item in items] == [64, 0, 64, 0, 64]
    (entry,) = looks(session)
    assert (entry.actor, entry.reason, entry.at) == ("notifications", "a reminder", clock.at)
    about = select(AuditSubject.channel).where(AuditSubject.position == entry.position).order_by(AuditSubject.channel)
    assert list(session.scalars(about)) == ["email", "sms"]


def test_nothing_is_given_for_an_address_that_is_stopped_or_failed(
    api: Api, session: Session, seven: UUID, clock: Clock
):
    use_cases.stop_channel(session, seven, "sms", now=clock.at)
    use_cases.fail_channel(session, seven, "email", now=clock.at)
    session.commit()
    items = api.resolve((seven, "sms"), (seven, "email")).json()["items"]
    assert [item["address"] or item["index"] or item["link"] for item in items] == [None, None]
    assert looks(session) == []


def test_an_address_that_was_altered_is_not_sent_to_and_the_others_are(
    api: Api, session: Session, seven: UUID, caplog: pytest.LogCaptureFixture
):
    session.execute(update(Address).where(Address.channel == "sms").values(ciphertext=b"altered"))
    session.commit()
    items = api.resolve((seven, "sms"), (seven, "email")).json()["items"]
    assert [item["address"] for item in items] == [None, "member7@example.org"]
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == [
        "an address in the vault is damaged"
    ]


@pytest.mark.parametrize("issuer", ["events", "chat", "operator", "web"])
def test_only_notifications_may_open_the_vault(api: Api, issuer: str):
    body = {"reason": "curious", "items": []}
    answer = api.ask("POST", "/internal/addresses/resolve", issuer, "vault:resolve", json=body)
    assert answer.status_code == 403


@pytest.mark.parametrize("written", ["+447700900007", "+44 7700 900 007", "00447700900007"])
def test_a_sender_is_known_by_their_number(api: Api, seven: UUID, written: str, keys: Any):
    found = api.identify(written).json()
    assert found["member_id"] == str(seven)
    assert found["index"] == api.resolve((seven, "sms")).json()["items"][0]["index"]
    caller = Verifier("events", keys.trusted).caller(found["token"])
    assert caller.member_id == seven
    assert list(caller.roles.values()) == [Role.MEMBER] * 2, "a number alone gives nobody a convenor's powers"


@pytest.mark.parametrize(
    ("channel", "written", "kept"),
    [("whatsapp", "0044 7700 900 007", "+447700900007"), ("telegram", " 123456789 ", "123456789")],
)
def test_a_sender_on_any_channel_is_found_by_their_address(
    api: Api, session: Session, seven: UUID, channel: Channel, written: str, kept: str
):
    vault = api.client.app.state.house.vault  # type: ignore[attr-defined]
    session.execute(
        update(Address).where(Address.channel == "sms").values(channel=channel, blind_index=vault.index(channel, kept))
    )
    session.commit()
    assert api.identify(written, channel).json()["member_id"] == str(seven)
    assert api.identify(number(7)).json()["member_id"] is None


@pytest.mark.parametrize(
    ("address", "channel"), [("+447700900099", "sms"), ("60006", "sms"), ("x@example.org", "email"), ("?", "email")]
)
def test_a_sender_nobody_knows_still_has_an_index(api: Api, address: str, channel: str):
    found = api.identify(address, channel).json()
    assert len(found["index"]) == 64
    assert (found["member_id"], found["token"]) == (None, None)


def test_who_said_stop_is_still_known(api: Api, session: Session, seven: UUID, clock: Clock):
    use_cases.stop_channel(session, seven, "sms", now=clock.at)
    session.commit()
    assert api.identify(number(7)).json()["member_id"] == str(seven)
    assert api.resolve((seven, "sms")).json()["items"][0]["address"] is None


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


def test_me_is_for_members(api: Api, keys: Any):
    assert api.ask("GET", "/me").status_code == 401
    gone = keys.signer("members").member_token(uuid4(), {})
    assert api.ask("GET", "/me", headers={"Authorization": f"Bearer {gone}"}).status_code == 401


def test_only_the_key_of_members_is_published(api: Api):
    (key,) = api.ask("GET", "/.well-known/jwks.json").json()["keys"]
    assert key["kid"] == "members"
    assert "d" not in key


def test_nothing_of_anybodys_is_in_the_logs(api: Api, seven: UUID, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    begun = signed_in(api, seven)
    api.bring_in(member(8, phone="07700 900008", name="Canary"), member(9, name="Canary"))
    api.identify(number(7))
    api.resolve((seven, "sms"), (seven, "email"))
    written = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    for secret in ("7700900", "example.org", "Canary", begun["session"], begun["token"]):
        assert secret not in written


def test_the_api_describes_itself(api: Api):
    paths = api.ask("GET", "/openapi.json").json()["paths"]
    assert list(paths["/imports/members"]["post"]["requestBody"]["content"]) == ["text/csv"]
    assert {"/groups", "/sessions", "/tokens", "/me", "/internal/addresses/resolve"} <= set(paths)

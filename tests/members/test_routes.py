import logging
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.members.builders import data_of, member, number, said
from tests.members.conftest import Api
from tests.members.signing_in import signed_in


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

"""`import`, `groups` and `occurrences` against a real HTTP server that says what a service would."""

import csv
import json
from pathlib import Path
from uuid import uuid4

import pytest

from shared.auth import Verifier
from shared.testing.keys import Keyring
from tests.local.conftest import Run, Service

OCCURRENCE = {
    "id": str(uuid4()),
    "title": "Games night",
    "starts": "2026-12-03T18:30:00+00:00",
    "place": "The Hall",
    "status": "scheduled",
    "capacity": 12,
    "going": 3,
}


@pytest.fixture
def members(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text("name,phone\nMember 1,+447700900001\nMember 2,07700900002\n")
    return file


def test_members_go_in_as_they_are_in_the_file(service: Service, run: Run, members: Path, keys: Keyring):
    service.answers = [{"added": 2, "changed": 0, "unchanged": 1, "refused": []}]
    assert run("import", "members", members, "--create-groups") == (0, "Members: 2 added, 1 unchanged.\n", "")
    ((method, path, query, body, token),) = service.asked
    assert (method, path, query) == ("POST", "/api/members/imports/members", {"create_groups": ["true"]})
    assert body == members.read_bytes()
    caller = Verifier("members", keys.trusted).caller(token)
    assert (caller.issuer, caller.scope) == ("operator", "members:import")


def test_refused_rows_are_written_beside_the_file_with_their_reasons(service: Service, run: Run, members: Path):
    row = {"name": "Member 2", "phone": "07700900002"}
    refused = {"line": 3, "reason": "The number has no country.", "row": row}
    service.answers = [{"added": 1, "changed": 0, "unchanged": 0, "refused": [refused]}]
    code, out, told = run("import", "members", members)
    beside = members.with_name("people.refused.csv")
    assert (code, out) == (1, "Members: 1 added.\n")
    assert told.startswith("1 row was refused; the rest is in. The first is line 3: The number has no country.\n")
    assert str(beside) in told
    with beside.open(newline="", encoding="utf-8-sig") as file:
        assert list(csv.DictReader(file)) == [row | {"line": "3", "reason": "The number has no country."}]
    assert beside.stat().st_mode & 0o777 == 0o600


def test_notes_are_told(service: Service, run: Run, members: Path):
    note = "The column «shoe size» was not used."
    service.answers = [{"added": 2, "changed": 0, "unchanged": 0, "refused": [], "notes": [note]}]
    assert run("import", "members", members)[1] == f"Members: 2 added.\n{note}\n"


def test_a_group_that_was_just_made_is_asked_for_again(service: Service, run: Run, tmp_path: Path):
    file = tmp_path / "forum.ics"
    file.write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    report = {"activities": {"added": 1}, "occurrences": {"added": 9}, "problems": [], "missing": ["Old evening"]}
    service.statuses = [404, 200]
    service.answers = [{"title": "There is no such group."}, report]
    code, out, _ = run("import", "programme", file, "--group", "forum")
    assert (code, len(service.asked)) == (0, 2)
    assert "left as they are: Old evening. With --replace" in out


def test_a_programme_goes_in_and_its_problems_are_told_by_line(service: Service, run: Run, tmp_path: Path):
    file = tmp_path / "forum.ics"
    file.write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    problem = {"line": 7, "component": "VEVENT", "reason": "It has no start."}
    counted = {"added": 4, "moved": 1, "changed": 0, "cancelled": 0, "restored": 0, "unchanged": 2}
    activities = {"added": 0, "changed": 0, "unchanged": 0, "missing": 0}
    service.answers = [{"activities": activities, "occurrences": counted, "problems": [problem] * 25}]
    code, out, told = run("import", "programme", file, "--group", "forum")
    assert code == 1
    assert out == "Activities: nothing new.\nOccurrences: 4 added, 1 moved, 2 unchanged.\n"
    assert "line 7, VEVENT: It has no start." in told
    assert told.endswith("and 5 more\n")
    assert service.asked[0][2] == {"group": ["forum"], "name": ["forum.ics"], "replace": ["false"]}


@pytest.mark.parametrize("words", [["members"], ["programme", "--group", "forum"]])
@pytest.mark.parametrize(
    "refused",
    [
        (None, "There is no file"),
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not a text but a binary file"),
        (b"x" * (5 * 1024 * 1024 + 1), "has 5.0 MB, and at most 5 MB are read"),
    ],
)
def test_what_is_no_text_file_is_refused_before_anything_is_sent(
    service: Service, run: Run, tmp_path: Path, words: list[str], refused: tuple[bytes | None, str]
):
    content, reason = refused
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    code, out, told = run("import", *words, file)
    assert (code, out, told.count("\n")) == (1, "", 1)
    assert reason in told
    assert not service.asked


def test_a_folder_is_refused(service: Service, run: Run, tmp_path: Path):
    assert (
        run("import", "members", tmp_path)[2]
        == f"{tmp_path} is a folder. Name a table of members as CSV (in a spreadsheet: Save as, CSV UTF-8).\n"
    )


def test_utf_16_as_spreadsheets_write_it_is_a_text(service: Service, run: Run, tmp_path: Path):
    file = tmp_path / "people.csv"
    file.write_text("name\nMember 1\n", encoding="utf-16")
    service.answers = [{"added": 1, "changed": 0, "unchanged": 0, "refused": []}]
    assert run("import", "members", file)[0] == 0


def test_a_refusal_of_the_service_is_told_in_its_words(service: Service, run: Run, members: Path):
    service.status = 404
    service.answers = [
        {"title": "There is nothing here.", "detail": "No group is called «forums». Look at `groups list`."}
    ]
    told = run("import", "members", members)
    assert told == (1, "", "There is nothing here. No group is called «forums». Look at `groups list`.\n")


def test_fields_that_need_another_look_are_named(service: Service, run: Run):
    service.status = 422
    fields = [{"where": "body.slug", "what": "String should match pattern"}]
    service.answers = [{"title": "Something needs another look.", "detail": "", "fields": fields}]
    _, _, told = run("groups", "add", "Core Group", "--slug", "?")
    assert told == "Something needs another look. body.slug: String should match pattern.\n"


def test_a_wrong_operator_key_is_what_to_look_at(service: Service, run: Run):
    service.status = 401
    service.answers = [{"title": "Please sign in first.", "detail": ""}]
    assert "Is OPERATOR_SIGNING_KEY the operator's key" in run("groups", "list")[2]


def test_something_else_at_that_address_is_said_so(service: Service, run: Run):
    service.answers = [b"<html>hello</html>"]
    assert "is not Afterhours. Check SERVICE_URLS." in run("groups", "list")[2]
    service.status, service.answers = 502, [b"<html>bad gateway</html>"]
    assert run("groups", "list")[2] == "The service answered 502.\n"


@pytest.mark.parametrize("urls", ["http://127.0.0.1:1/api/{service}", "no address/{service}", "http://[/{service}"])
def test_nothing_at_that_address_is_said_so(service: Service, run: Run, monkeypatch: pytest.MonkeyPatch, urls: str):
    monkeypatch.setenv("SERVICE_URLS", urls)
    code, _, told = run("groups", "list")
    assert (code, told.count("\n")) == (1, 1)
    assert "Is Afterhours running?" in told


def test_a_damaged_operator_key_is_named(service: Service, run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPERATOR_SIGNING_KEY", "no key")
    assert run("groups", "list")[2].startswith("OPERATOR_SIGNING_KEY is wrong")


def test_without_a_running_afterhours_it_says_how_to_start_one(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.delenv("SERVICE_URLS", raising=False)
    monkeypatch.chdir(tmp_path)
    code, _, told = run("groups", "list")
    assert code == 1
    assert told.startswith("There is no .data/afterhours.env, which says how to reach the services.")


def test_a_group_is_made(service: Service, run: Run):
    service.answers = [{"id": "1", "slug": "core-group", "name": "Core Group", "visibility": "closed"}]
    _, out, _ = run("groups", "add", "Core Group", "--visibility", "closed")
    assert out == "Core Group is there, closed. Its short name is core-group.\n"
    assert json.loads(service.asked[0][3]) == {"name": "Core Group", "visibility": "closed"}


def test_an_unknown_visibility_is_refused(service: Service, run: Run):
    assert run("groups", "add", "Core Group", "--visibility", "secret")[0] == 2
    assert not service.asked


def test_groups_are_listed_page_by_page(service: Service, run: Run):
    forum = {"slug": "forum", "name": "Service User Forum", "visibility": "open"}
    voices = {"slug": "womens-voices", "name": "Women's Voices", "visibility": "closed"}
    service.answers = [{"items": [forum], "next": "more"}, {"items": [voices], "next": None}]
    _, out, _ = run("groups", "list")
    assert out == "forum          open    Service User Forum\nwomens-voices  closed  Women's Voices\n"
    assert service.asked[1][2] == {"after": ["more"]}


def test_occurrences_are_listed_by_their_wall_clock(service: Service, run: Run):
    service.answers = [{"items": [OCCURRENCE, OCCURRENCE | {"all_day": True, "capacity": None}], "next": None}]
    _, out, _ = run("occurrences", "list", "--group", "forum", "--until", "2026-12-31")
    assert out.splitlines() == [
        f"{OCCURRENCE['id']}  Thu 03 Dec 2026 18:30  Games night  The Hall  3/12 going",
        f"{OCCURRENCE['id']}  Thu 03 Dec 2026  Games night  The Hall  3 going",
    ]
    assert service.asked[0][2]["group"] == ["forum"]


def test_an_occurrence_is_moved_by_its_wall_clock(service: Service, run: Run):
    service.answers = [OCCURRENCE]
    run("occurrences", "move", OCCURRENCE["id"], "--to", "2026-12-03 19:00", "--place", "Room 2")
    method, path, _, body, _ = service.asked[0]
    assert (method, path) == ("PATCH", f"/api/events/occurrences/{OCCURRENCE['id']}")
    assert json.loads(body) == {"starts": "2026-12-03T19:00:00", "place": "Room 2"}


def test_an_occurrence_is_cancelled(service: Service, run: Run):
    service.answers = [OCCURRENCE | {"status": "cancelled"}]
    _, out, _ = run("occurrences", "cancel", OCCURRENCE["id"])
    assert out.startswith("Cancelled: ")
    assert service.asked[0][:2] == ("POST", f"/api/events/occurrences/{OCCURRENCE['id']}/cancellation")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["cancel", "games-night"], "is not the id of an occurrence"),
        (["move", OCCURRENCE["id"], "--to", "soon"], "is not a time"),
        (["move", OCCURRENCE["id"], "--to", "2026-12-03T19:00Z"], "is local time: write 2026-12-03T19:00"),
        (["list", "--until", "soon"], "is not a time"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_sent(
    service: Service, run: Run, words: list[str], reason: str
):
    code, _, told = run("occurrences", *words)
    assert (code, told.count("\n")) == (2, 1)
    assert reason in told
    assert not service.asked

"""`afterhours members` against a real HTTP server that says what the service would."""

import json
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest
from pypdfium2 import PdfDocument

from tests.local.conftest import Run, Service

WORKER = {"id": str(uuid4()), "name": "Worker 1", "duties": ["worker"]}
ENROLLING = WORKER | {"secret": "told-once", "until": "2026-11-24T10:30:00Z"}


@pytest.mark.parametrize(("words", "duty"), [([], "worker"), (["--lead"], "safeguarding_lead")])
def test_a_worker_is_made_and_their_secret_shown(service: Service, run: Run, words: list[str], duty: str):
    service.answers = [ENROLLING]
    code, out, _ = run("members", "add-worker", "Worker 1", *words)
    assert (code, out.splitlines()[-1].strip()) == (0, "told-once")
    assert service.asked[0][:2] == ("POST", "/api/members/workers")
    assert json.loads(service.asked[0][3]) == {"name": "Worker 1", "duty": duty}


def test_workers_are_listed(service: Service, run: Run):
    service.answers = [{"items": [WORKER], "next": None}, {"items": [], "next": None}]
    assert run("members", "workers")[1] == f"{WORKER['id']}  worker  Worker 1\n"
    assert "add-worker NAME" in run("members", "workers")[1]


def test_a_worker_gets_another_secret(service: Service, run: Run):
    service.answers = [ENROLLING]
    assert "told-once" in run("members", "enrol-again", WORKER["id"])[1]
    assert service.asked[0][:2] == ("POST", f"/api/members/workers/{WORKER['id']}/enrolments")


def test_a_duty_is_ended(service: Service, run: Run):
    service.status, service.answers = 204, [b""]
    assert run("members", "end-duty", WORKER["id"], "--lead")[1].startswith("Ended.")
    assert service.asked[0][:2] == ("DELETE", f"/api/members/workers/{WORKER['id']}/duties/safeguarding_lead")


def test_what_is_no_id_is_refused_before_anything_is_sent(service: Service, run: Run):
    code, _, told = run("members", "end-duty", "Worker 1")
    assert (code, told) == (2, "'Worker 1' is not the id of a worker. `members workers` shows them.\n")
    assert not service.asked


def test_a_member_is_erased_and_the_services_are_waited_for(service: Service, run: Run):
    waiting = {"id": str(uuid4()), "waiting_for": ["events"], "done_at": None}
    service.answers = [waiting, waiting | {"waiting_for": [], "done_at": "2026-11-23T10:30:09Z"}]
    member = str(uuid4())
    assert run("members", "erase", member, "--yes")[1].splitlines()[-1].startswith("Done:")
    assert json.loads(service.asked[0][3]) == {"member_id": member}
    assert service.asked[1][:2] == ("GET", f"/api/members/erasures/{waiting['id']}")


def test_nobody_is_erased_by_a_slip(service: Service, run: Run):
    assert "--yes" in run("members", "erase", str(uuid4()))[2]
    assert run("members", "erase", "Member 7", "--yes")[0] == 2
    assert not service.asked


def test_erasures_are_applied_again(service: Service, run: Run):
    service.answers = [{"erased_again": 1, "told": 3}]
    assert run("members", "reapply-erasures")[1].startswith("1 were back")
    assert service.asked[0][:2] == ("POST", "/api/members/erasures/reapplications")


def test_after_a_restore_everybody_is_signed_out(service: Service, run: Run):
    service.answers = [{"sessions": 12}]
    assert "12 sessions are ended" in run("members", "sign-everybody-out")[1]
    assert service.asked[0][:2] == ("POST", "/api/members/sessions/ends")


def test_all_that_is_held_on_a_member_goes_into_one_file(service: Service, run: Run, tmp_path: Path):
    names = ("members", "events", "notifications")
    service.answers = [{"service": name, "parts": []} for name in names]
    file, member = tmp_path / "member.zip", str(uuid4())
    assert run("members", "export", member, "--to", str(file))[0] == 0
    assert [asked[1] for asked in service.asked] == [f"/api/{name}/internal/exports/{member}" for name in names]
    assert set(ZipFile(file).namelist()) == {"read-me-first.html", *(f"{name}.json" for name in names)}
    assert file.stat().st_mode & 0o077 == 0


def card(n: int) -> dict[str, str]:
    link = f"https://evenings.example.org/in#card.{n:022}"
    return {"id": str(uuid4()), "name": f"Member {n}", "link": link, "words": "river apple stone 482913"}


def test_the_cards_of_a_group_are_printed_page_by_page(service: Service, run: Run, tmp_path: Path):
    service.answers = [{"items": [card(7)], "next": "x"}, {"items": [card(8)], "next": None}]
    file = tmp_path / "cards.pdf"
    code, out, _ = run("members", "print-cards", "--group", "forum", "--to", file)
    assert (code, out.partition(". ")[0]) == (0, f"2 cards are in {file}")
    assert "no longer work" in out
    assert [json.loads(asked[3]) for asked in service.asked] == [{"group": "forum"}, {"group": "forum", "after": "x"}]
    assert len(PdfDocument(file)) == 1
    assert file.stat().st_mode & 0o077 == 0


def test_the_cards_of_some_members_are_printed(service: Service, run: Run, tmp_path: Path):
    ids = [str(uuid4()) for _ in range(201)]
    service.answers = [{"items": [card(n) for n in range(200)], "next": None}, {"items": [card(200)], "next": None}]
    words = [word for member_id in ids for word in ("--member", member_id)]
    assert run("members", "print-cards", *words, "--to", tmp_path / "cards.pdf")[0] == 0
    asked = [json.loads(asked[3])["member_ids"] for asked in service.asked]
    assert [len(some) for some in asked] == [200, 1]
    assert asked[0] + asked[1] == ids


def test_no_card_is_made_worthless_for_a_file_that_cannot_be_written(service: Service, run: Run, tmp_path: Path):
    there = tmp_path / "cards.pdf"
    there.write_text("another")
    for to, said in ((there, "is there already"), (tmp_path / "nowhere" / "cards.pdf", "cannot be written")):
        code, _, told = run("members", "print-cards", "--group", "forum", "--to", to)
        assert (code, said in told) == (1, True)
    assert there.read_text() == "another"
    assert not service.asked


@pytest.mark.parametrize("whom", [[], ["--group", "forum", "--member", str(uuid4())], ["--member", "Member 7"]])
def test_cards_are_for_a_group_or_for_members(service: Service, run: Run, tmp_path: Path, whom: list[str]):
    assert run("members", "print-cards", *whom, "--to", tmp_path / "cards.pdf")[0] == 2
    assert not service.asked
    assert not list(tmp_path.iterdir())


def test_no_file_is_left_where_no_card_came(service: Service, run: Run, tmp_path: Path):
    words = ("members", "print-cards", "--group", "forum", "--to", tmp_path / "cards.pdf")
    service.answers = [{"items": [], "next": None}, {"title": "We do not know that group."}]
    service.statuses = [201, 404]
    assert "Nobody is in that group" in run(*words)[2]
    assert "We do not know that group." in run(*words)[2]
    assert not list(tmp_path.iterdir())

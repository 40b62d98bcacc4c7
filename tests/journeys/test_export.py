"""A member takes a copy of all that the forum holds on them, from every service, and can read it (D17)."""

import io
import zipfile
from datetime import date
from importlib import import_module
from typing import Any

import pytest

from shared.erasure import columns_with_members
from shared.export import Export, Part
from shared.export_file import EXPORTED, PAGE, page_of, zip_of
from tests.journeys.builders import ONE, TWO, answers
from tests.journeys.forum import Forum
from tests.tables import metadata_of

# What is only a secret of the machine, and says nothing.
SECRETS = {"member_keys", "listed_places"}
# What lies in the vault is opened first.
OPENED = {"addresses", "access_needs"}


def exported(forum: Forum, headers: dict[str, str]) -> list[Export]:
    told = []
    for service in EXPORTED:
        answer = forum.clients[service].get("/me/export", headers=headers)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        told.append(Export.model_validate(answer.json()))
    return told


@pytest.mark.parametrize("service", EXPORTED)
def test_d17_every_table_that_holds_a_member_is_in_the_export(service: str):
    tables = import_module(f"services.{service}.use_cases.export").TABLES
    holding = {column.table.name for column in columns_with_members(metadata_of(service))}
    assert holding - set(tables) <= SECRETS | OPENED, "give it words in use_cases/export.py"


def test_d17_one_file_holds_what_every_service_has_on_a_member(forum: Forum, programme: dict[str, Any]):
    forum.send_what_is_due()
    answers(forum, ONE, programme, "going")
    _, signed_in = forum.member(ONE)
    with zipfile.ZipFile(io.BytesIO(zip_of(exported(forum, signed_in), date(2026, 11, 23)))) as archive:
        assert set(archive.namelist()) == {PAGE, *(f"{service}.json" for service in EXPORTED)}
        page = archive.read(PAGE).decode()
        events = Export.model_validate_json(archive.read("events.json"))
    assert [part.heading for part in events.parts] == [
        "Groups whose evenings you see",
        "Evenings you said yes or no to",
    ]
    for told in (
        "Member 1",
        "Service User Forum",
        "Games night",
        "<dt>You said</dt><dd>going</dd>",
        "23 November 2026",
    ):
        assert told in page


def test_an_address_is_told_by_its_end_alone(forum: Forum, programme: dict[str, Any]):
    _, signed_in = forum.member(ONE)
    page = page_of(exported(forum, signed_in), date(2026, 11, 23))
    assert "<dt>Ends in</dt><dd>01</dd>" in page
    assert ONE[3:] not in page
    assert TWO not in page
    assert "Member 2" not in page


def test_an_operator_takes_it_for_who_cannot_and_the_member_can_read_that(forum: Forum, programme: dict[str, Any]):
    member_id, signed_in = forum.member(ONE)
    for service in EXPORTED:
        forum.as_operator(service, "GET", f"/internal/exports/{member_id}", "members:export")
    trail = forum.clients["members"].get("/me/audit", headers=signed_in).json()["items"]
    assert any("took a copy" in line["text"] for line in trail)
    assert forum.clients["events"].get(f"/internal/exports/{member_id}", headers=signed_in).status_code == 403


def test_what_people_wrote_is_shown_as_they_wrote_it():
    rows = [{"Your name here": "<script>alert(1)</script>"}]
    page = page_of([Export(service="members", parts=[Part(heading="You & us", rows=rows)])], date(2026, 11, 3))
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "You &amp; us" in page

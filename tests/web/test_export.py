"""A member makes a copy of all that is held on them, on any phone, and it is kept nowhere (D17)."""

import io
import zipfile

import pytest

from shared.export_file import EXPORTED, PAGE
from tests.web.beside import Beside
from tests.web.conftest import Browser


def test_d17_a_member_makes_their_own_copy_with_one_button(browser: Browser):
    browser.sign_in()
    assert 'href="/me/export"' in browser.get("/me/choices").text
    file = browser.send("/me/export")
    assert (file.status_code, file.headers["content-type"]) == (200, "application/zip")
    assert file.headers["cache-control"] == "private, no-store"
    assert file.headers["content-disposition"] == 'attachment; filename="what-we-hold-on-you.zip"'
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert set(archive.namelist()) == {PAGE, *(f"{service}.json" for service in EXPORTED)}
        page = archive.read(PAGE).decode()
    for service in EXPORTED:
        assert f"what {service} holds of Bearer token-7" in page


def test_d17_a_member_makes_their_own_copy_only_when_they_are_in(browser: Browser):
    assert browser.get("/me/export").headers["location"] == "/in"
    pressed = browser.client.post("/me/export")
    assert (pressed.status_code, pressed.headers["location"]) == (303, "/in")


def test_the_page_says_in_few_words_what_is_in_the_copy(browser: Browser):
    browser.sign_in()
    page = browser.get("/me/export")
    assert (page.status_code, page.headers["cache-control"]) == (200, "private, no-store")
    assert len(page.content) <= 15_000
    for words in ("Keep it safe.", "it shows only the end", "read-me-first"):
        assert words in page.text


def test_a_form_of_another_site_takes_no_copy(browser: Browser):
    browser.sign_in()
    refused = browser.client.post("/me/export", data={"token": "made.up"})
    assert (refused.status_code, "zip" in refused.headers["content-type"]) == (403, False)


@pytest.mark.parametrize("service", ["events", "notifications"])
@pytest.mark.parametrize("how", ["", ":odd", ":broken"])
def test_there_is_no_copy_with_a_part_missing(browser: Browser, beside: Beside, service: str, how: str):
    browser.sign_in()
    beside.away = {service + how}
    page = browser.send("/me/export")
    assert page.status_code == 503
    assert "It is not you" in page.text
    beside.away = set()
    assert browser.send("/me/export").headers["content-type"] == "application/zip"


def test_while_members_is_away_nobody_is_sent_to_sign_in_again(browser: Browser, beside: Beside):
    beside.expires_in = 60
    browser.sign_in()
    beside.away = {"members"}
    page = browser.get("/me/export")
    assert (page.status_code, page.headers["retry-after"]) == (503, "10")

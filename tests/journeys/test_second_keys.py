"""From the secret that the office prints to a worker with powers: the pages in a browser, and the real members."""

import html
import json
import re
from typing import Any

import pyotp
import pytest

from shared.auth import Verifier
from tests.journeys.forum import Forum
from tests.members.devices import Device
from tests.web.conftest import Browser


@pytest.fixture
def secret(forum: Forum) -> str:
    made = forum.as_operator("members", "POST", "/workers", "workers:write", json={"name": "Worker 1"})
    return str(made["secret"])


def duties(forum: Forum, browser: Browser) -> Any:
    """What the token says that web shows to other services."""
    browser.get("/")
    sign_ins = browser.client.app.state.site.sign_ins  # type: ignore[attr-defined]
    (kept,) = sign_ins._kept.values()
    return Verifier("events", forum.keys.trusted).caller(kept[1].token).duties


def asked(page: str) -> dict[str, Any]:
    options: dict[str, Any] = json.loads(html.unescape(page.split('data-options="')[1].split('"', maxsplit=1)[0]))
    return options


def ceremony(page: str) -> str:
    return page.split('name="ceremony" value="')[1].split('"', maxsplit=1)[0]


def test_a_worker_begins_with_an_app_and_has_their_powers_at_once(forum: Forum, browser: Browser, secret: str):
    assert browser.send("/in/worker", secret=secret).headers["location"] == "/me/keys"
    assert duties(forum, browser) == set()
    page = browser.send("/me/keys/app", shown="/me/keys").text
    app = pyotp.TOTP("".join(re.findall(r"\b[A-Z2-7]{4}\b", page.split('class="number">')[1].split("<")[0])))
    digits = app.at(forum.clock())
    assert browser.send("/me/keys/app/digits", shown="/me/keys/app", digits=digits).status_code == 303
    assert duties(forum, browser) == {"worker"}
    assert "Your second key is open" in browser.get("/me/keys").text


def test_a_worker_comes_in_with_their_passkey_and_shows_it(forum: Forum, browser: Browser, secret: str):
    device = Device()
    browser.send("/in/worker", secret=secret)
    page = browser.send("/me/keys/passkey", shown="/me/keys").text
    made = json.dumps(device.make(asked(page)))
    fields = {"ceremony": ceremony(page), "credential": made}
    assert browser.send("/me/keys/passkey/made", shown="/me/keys", **fields).status_code == 303
    assert duties(forum, browser) == {"worker"}
    browser.client.post("/leave")

    page = browser.send("/in/passkey", shown="/in").text
    fields = {"ceremony": ceremony(page), "credential": json.dumps(device.show(asked(page)))}
    assert browser.send("/in/passkey/shown", shown="/in", **fields).status_code == 303
    assert duties(forum, browser) == {"worker"}

    again = browser.send("/in/passkey/shown", shown="/in", **fields)
    assert again.status_code == 422, "what was shown once opens nothing"


def test_a_worker_who_waited_too_long_is_told_what_to_do(forum: Forum, browser: Browser, secret: str):
    browser.send("/in/worker", secret=secret, own="yes")
    forum.clock.go_on(minutes=16)
    page = browser.send("/me/keys/app", shown="/me/keys")
    assert page.status_code == 403
    assert "within a quarter of an hour" in page.text
    assert "Come in again" in page.text

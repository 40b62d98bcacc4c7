from collections.abc import Callable

import pytest

from services.web.forms import Forms
from tests.web.beside import LINK, Beside
from tests.web.beside_programme import GAMES
from tests.web.conftest import Browser

PAGES = [
    "/",
    "/say",
    "/say/answer",
    "/leave",
    "/gone",
    "/in/worker",
    f"/h/{LINK}",
    f"/occurrences/{GAMES}",
    "/nowhere",
    "/h/%20",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_strict(browser: Browser, path: str):
    page = browser.get(path)
    policy = page.headers["content-security-policy"]
    for rule in (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert rule in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "permissions-policy" in page.headers
    if path != "/":
        assert page.headers["cache-control"] == "private, no-store"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="en-GB" dir="ltr">' in page.text
    assert page.text.count("<h1") == 1
    assert 'href="#main"' in page.text
    assert "<script" not in page.text
    assert "The Programme" not in page.text.split("</title>")[0]


def test_an_error_of_our_own_is_a_strict_page_too(
    open_site: Callable[..., Browser], beside: Beside, monkeypatch: pytest.MonkeyPatch
):
    browser = open_site(raise_server_exceptions=False)
    monkeypatch.setattr("services.web.pages.whats_on.days_of", lambda *_: 1 / 0)
    page = browser.get("/")
    assert page.status_code == 500
    assert "Something broke on our side" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "private, no-store"


def test_other_methods_and_bodies_are_refused_by_a_page(browser: Browser):
    assert browser.client.post("/").status_code == 405
    assert browser.client.put("/say").status_code == 405
    files = {"text": ("a.txt", b"hello")}
    assert browser.client.post("/say", files=files).status_code == 403
    assert browser.client.post("/say", json={"text": "hello"}).status_code == 403
    many = "&".join(f"f{n}=1" for n in range(50))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.client.post("/say", content=many, headers=headers).status_code == 422
    assert browser.client.post("/say", content=b"\xff\xfe=%ff", headers=headers).status_code == 403


def test_a_form_of_another_browser_is_refused(open_site: Callable[..., Browser], beside: Beside):
    one, other = open_site(), open_site()
    other.sign_in()
    token = one.get("/say").text.split('name="token" value="')[1].split('"')[0]
    assert other.client.post("/say", data={"token": token, "text": "x"}).status_code == 403
    assert other.client.post(f"/occurrences/{GAMES}", data={"token": token, "coming": "yes"}).status_code == 403
    assert beside.answers == {}


def test_tokens_differ_each_time_and_hold_for_one_secret():
    forms = Forms("key")
    first, second = forms.token("secret"), forms.token("secret")
    assert first != second
    assert forms.holds(first, "secret")
    assert forms.holds(second, "secret")
    assert not forms.holds(first, "other")
    assert not Forms("another key").holds(first, "secret")
    for broken in ("", ".", "a", "a.b", first + "0", "é.é"):
        assert not forms.holds(broken, "secret")


def test_files_are_kept_for_good_by_their_content(browser: Browser):
    page = browser.get("/").text
    url = page.split('rel="stylesheet" href="')[1].split('"')[0]
    file = browser.get(url)
    assert file.headers["content-type"] == "text/css; charset=utf-8"
    assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert file.headers["content-encoding"] == "gzip"
    plain = browser.get(url, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == file.text
    older = browser.get("/static/000000000000/look.css")
    assert older.headers["cache-control"] == "public, max-age=60"
    assert browser.get("/static/x/..%2fapp.py").status_code == 404
    assert browser.get("/static/x/nothing.css").status_code == 404


def test_what_machines_ask_is_answered(browser: Browser):
    assert browser.get("/health/live").json() == {"status": "ok"}
    assert browser.get("/health/ready").json() == {"status": "ok"}
    assert browser.get("/docs").status_code == 404
    head = browser.client.head("/")
    assert head.status_code == 200
    assert not head.content


def test_the_style_uses_logical_properties_only():
    from services.web.statics import FOLDER

    css = (FOLDER / "look.css").read_text()
    for word in ("margin-left", "margin-right", "padding-left", "padding-right", "text-align: left", "float:"):
        assert word not in css
    assert "url(" not in css
    assert "@import" not in css

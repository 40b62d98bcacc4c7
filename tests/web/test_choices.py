from tests.web.beside import Beside
from tests.web.conftest import Browser

AS_BEFORE = {"joined.sms": "yes", "account.sms": "yes", "quiet_from": "21:00", "quiet_until": "09:00"}


def test_all_that_can_be_decided_is_on_one_small_page(browser: Browser):
    browser.sign_in()
    page = browser.get("/me/choices")
    assert page.status_code == 200
    assert len(page.content) <= 15_000
    for words in ("Words about ask.", 'name="joined.sms" value="yes" checked', 'name="forum.email" value="yes">'):
        assert words in page.text
    assert 'value="21:00"' in page.text


def test_only_what_changed_is_said(browser: Browser, beside: Beside):
    browser.sign_in()
    fields = AS_BEFORE | {"forum.email": "yes", "asks_a_month": "0", "paused_until": "2026-12-24"}
    del fields["account.sms"]
    assert browser.send("/me/choices", **fields).status_code == 303
    (said,) = beside.consents
    assert said["via"] == "web"
    assert [(it["purpose"], it["channel"], it["given"], it["wording"]) for it in said["items"]] == [
        ("forum", "email", True, "2026-11"),
        ("account", "sms", False, "2026-11"),
    ]
    assert (beside.choices["asks_a_month"], beside.choices["paused_until"]) == ("0", "2026-12-24")


def test_a_pause_ends_when_its_day_is_taken_out(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.choices["paused_until"] = "2026-12-24"
    browser.send("/me/choices", **AS_BEFORE)
    assert (beside.choices["paused_until"], beside.consents) == (None, [])


def test_what_cannot_be_is_said_and_stays_as_it_was_typed(browser: Browser, beside: Beside):
    browser.sign_in()
    typed = {"forum.email": "yes", "quiet_from": "22:15", "paused_until": "2026-12-24", "asks_a_month": "99"}
    page = browser.send("/me/choices", **typed)
    assert (page.status_code, beside.consents) == (422, [])
    assert "from 0 to 31" in page.text
    for kept in ('name="forum.email" value="yes" checked', 'value="22:15"', 'value="2026-12-24"', 'value="99"'):
        assert kept in page.text
    assert 'name="joined.sms" value="yes">' in page.text, "what is stored stays out of what was ticked"


def test_whoever_is_not_in_comes_in_first(browser: Browser, beside: Beside):
    assert browser.get("/me/choices").headers["location"] == "/in"
    assert browser.client.post("/me/choices", data=AS_BEFORE).headers["location"] == "/in"


def test_a_form_of_another_site_changes_nothing(browser: Browser, beside: Beside):
    browser.sign_in()
    page = browser.client.post("/me/choices", data=AS_BEFORE | {"forum.sms": "yes"})
    assert page.status_code == 403
    assert 'name="forum.sms" value="yes" checked' in page.text
    assert beside.consents == []


def test_while_members_is_away_the_page_says_so(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.away.add("members")
    assert browser.get("/me/choices").status_code == 503

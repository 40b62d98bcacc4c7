import pytest

from tests.web.beside import RECEIPT, Beside
from tests.web.conftest import Browser


def test_the_box_says_who_reads_it_and_what_not_to_write(browser: Browser):
    page = browser.get("/say").text
    assert "other people&#39;s names" in page or "other people's names" in page
    assert "Workers at The Programme read this" in page
    assert "999" in page
    for mood in ("good", "bad", "ugly"):
        assert f'value="{mood}"' in page


def test_words_are_kept_and_the_number_is_shown_once(browser: Browser, beside: Beside):
    page = browser.send("/say", text="  The tea was cold.  ", mood="bad")
    assert page.status_code == 201
    assert "1234 5678 9012 3456" in page.text
    assert beside.said == [{"text": "The tea was cold.", "mood": "bad"}]
    assert page.headers["cache-control"] == "private, no-store"


def test_a_mood_may_be_left_out_or_made_up(browser: Browser, beside: Beside):
    browser.send("/say", text="One.")
    browser.send("/say", text="Two.", mood="furious")
    assert [remark["mood"] for remark in beside.said] == [None, None]


def test_a_member_says_it_without_a_name(browser: Browser, beside: Beside):
    browser.sign_in()
    assert browser.send("/say", text="As it is.").status_code == 201  # the stand-in refuses any token


def test_sending_one_form_twice_is_one_remark(browser: Browser, beside: Beside):
    page = browser.get("/say").text
    token = page.split('name="token" value="')[1].split('"')[0]
    key = page.split('name="key" value="')[1].split('"')[0]
    for _ in range(2):
        browser.client.post("/say", data={"token": token, "key": key, "text": "Once."})
    assert beside.keys == [key, key]


def test_a_made_up_key_is_not_passed_on(browser: Browser, beside: Beside):
    browser.send("/say", text="Hello.", key="member-7")
    assert beside.keys[0] != "member-7"


@pytest.mark.parametrize("text", ["", "   ", "\x00"])
def test_an_empty_box_is_asked_for_words(browser: Browser, beside: Beside, text: str):
    page = browser.send("/say", text=text, mood="ugly")
    assert page.status_code == 422
    assert "The box is empty" in page.text
    assert 'value="ugly" checked' in page.text
    assert beside.said == []


def test_too_many_words_stay_in_the_box(browser: Browser, beside: Beside):
    page = browser.send("/say", text="long " * 1001)
    assert page.status_code == 422
    assert "too long" in page.text
    assert page.text.count("long ") > 1000
    assert beside.said == []


def test_far_too_much_is_a_page_as_well(browser: Browser):
    page = browser.send("/say", text="x" * 200_000)
    assert page.status_code == 413
    assert "make it shorter" in page.text


def test_words_stay_in_the_box_while_feedback_is_away(browser: Browser, beside: Beside):
    beside.away = {"feedback"}
    page = browser.send("/say", text="Keep <this>.", mood="good")
    assert page.status_code == 503
    assert "Keep &lt;this&gt;." in page.text
    assert "still in the box" in page.text
    assert 'value="good" checked' in page.text


def test_words_stay_in_the_box_when_the_page_is_too_old(browser: Browser, beside: Beside):
    page = browser.client.post("/say", data={"text": "From elsewhere.", "token": "x"})
    assert page.status_code == 403
    assert "From elsewhere." in page.text
    assert beside.said == []
    token = page.text.split('name="token" value="')[1].split('"')[0]
    assert browser.client.post("/say", data={"text": "Again.", "token": token}).status_code == 201


def test_the_answer_is_read_with_the_number(browser: Browser, beside: Beside):
    browser.send("/say", text="The tea was cold.")
    page = browser.send("/say/answer", number="1234 5678-9012 3456")
    assert page.status_code == 200
    assert "The tea was cold." in page.text
    assert "No answer yet" in page.text
    beside.reply = "There is a new kettle."
    assert "There is a new kettle." in browser.send("/say/answer", number=RECEIPT).text


@pytest.mark.parametrize("number", ["", "12", "1234 5678 9012 345x", "1" * 17, "٣" * 16])
def test_a_number_of_another_length_is_counted(browser: Browser, number: str):
    page = browser.send("/say/answer", number=number)
    assert page.status_code == 422
    assert "16 digits" in page.text
    assert f'value="{number}"' in page.text


def test_an_unknown_number_and_a_service_away(browser: Browser, beside: Beside):
    assert browser.send("/say/answer", number="0" * 16).status_code == 404
    beside.away = {"feedback"}
    page = browser.send("/say/answer", number="0" * 16)
    assert page.status_code == 503
    assert "0" * 16 in page.text
    assert browser.client.post("/say/answer", data={"number": "0" * 16}).status_code == 403

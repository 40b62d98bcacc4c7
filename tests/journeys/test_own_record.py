"""What a member does with their own record in a browser: the pages, members and notifications, their messages by hand."""

import re
from typing import Any

import pytest

from tests.journeys.builders import ONE
from tests.journeys.forum import Forum
from tests.web.conftest import Browser

NEW = "+447700900077"


@pytest.fixture
def member_one(forum: Forum, programme: dict[str, Any], browser: Browser) -> Browser:
    """Member 1, who came in with their card."""
    assert browser.send("/in", words=forum.card(ONE)["words"]).status_code == 303
    return browser


def test_a_member_has_a_new_number_from_now_on_and_reads_who_used_it(forum: Forum, member_one: Browser):
    assert "ends in 01" in member_one.get("/me/addresses").text
    assert member_one.send("/me/addresses", address=NEW).headers["location"] == "/me/addresses/code"
    forum.tell()
    forum.send_what_is_due()
    code = re.search(r"\b(\d{6})\b", forum.said_to(NEW)[-1])
    assert code is not None
    assert member_one.send("/me/addresses/code", code=code[1]).status_code == 303
    page = member_one.get("/me/addresses").text
    assert "ends in 77" in page
    assert "ends in 01" not in page
    looked = member_one.get("/me/looked").text
    assert "You confirmed your phone number" in looked
    assert "Notifications looked at your phone number to send a sign-in code" in looked


def test_who_came_in_too_long_ago_comes_in_again_and_is_back(forum: Forum, member_one: Browser):
    forum.clock.go_on(minutes=16)
    card = forum.card(ONE)
    member_one.send("/in", words=card["words"], own="yes")
    forum.clock.go_on(minutes=16)
    page = member_one.send("/me/addresses", address=NEW)
    assert page.status_code == 403
    assert "Come in again" in page.text
    assert member_one.send("/in", words=card["words"]).headers["location"] == "/me/addresses"
    assert member_one.send("/me/addresses", address=NEW).status_code == 303


def test_a_card_that_a_member_made_lets_them_in_and_one_they_lost_does_not(forum: Forum, member_one: Browser):
    page = member_one.send("/me/cards").text
    words = page.split('<p class="number">')[1].split("</p>", maxsplit=1)[0]
    assert "You made a new card in your name" in member_one.get("/me/looked").text
    assert member_one.send("/in", words=words).status_code == 303
    assert "You made it" in member_one.get("/me/cards").text
    member_one.send("/me/cards/end", shown="/me/cards")
    assert "You have none." in member_one.get("/me/cards").text
    assert member_one.send("/in", words=words).status_code == 422


def test_a_member_leaves_for_good_and_nothing_of_theirs_is_left(forum: Forum, member_one: Browser):
    words = forum.card(ONE)["words"]
    assert member_one.send("/me/end", sure="yes").headers["location"] == "/gone"
    forum.tell()
    assert "Your name here, your numbers and your emails are erased." in member_one.get("/gone").text
    assert member_one.get("/me/cards").headers["location"] == "/in"
    assert member_one.send("/in", words=words).status_code == 422

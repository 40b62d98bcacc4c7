"""The pages beside the real members service: what they send, it takes, and what it answers, they can show."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from services.web.app import create
from services.web.settings import Settings
from tests.journeys.builders import ONE, THREE
from tests.journeys.forum import Forum
from tests.journeys.pages import Inside
from tests.web.conftest import Browser


@pytest.fixture
def site(forum: Forum, programme: object) -> Iterator[TestClient]:
    settings = Settings(
        trusted_keys=forum.keys.trusted,
        signing_key=SecretStr(forum.keys.private["web"]),
        service_urls="http://{service}",
    )
    app = create(settings, transport=Inside(forum), clock=forum.clock)
    with TestClient(app, follow_redirects=True) as client:
        yield client


def come_in(forum: Forum, site: TestClient, who: str) -> Browser:
    site.cookies.clear()
    browser = Browser(site)
    assert "You are in as" in browser.send("/in", words=forum.card(who)["words"]).text
    return browser


def test_what_a_member_says_of_themself_is_kept_and_shown(forum: Forum, site: TestClient):
    browser = come_in(forum, site, ONE)
    for path, typed, shown in (
        ("/me/name", {"name": "Ada ☂"}, "Ada ☂"),
        ("/me/interests", {"like.games": "yes"}, "games"),
        ("/me/languages", {"best": "pl", "speak.en": "yes"}, "Polski"),
        ("/me/needs", {"dog": "yes", "dog.seen_by": "convenors", "dog.words": "Bramble"}, "Bramble"),
        ("/me/experience", {"experience": "past"}, "I used it before"),
    ):
        page = browser.send(path, **typed)
        assert page.url.path == "/me"
        assert "<b>Kept.</b>" in page.text
        assert shown in page.text
    assert "asks_a_month" in browser.send("/me/choices", asks_a_month="1").text
    too_long = browser.send("/me/name", name="x" * 81)
    assert "longer than 80 characters. Write a shorter one." in too_long.text


def test_a_member_invites_another_by_a_code_and_both_can_leave(forum: Forum, site: TestClient):
    browser = come_in(forum, site, ONE)
    here = re.search(r'href="(/me/groups/[0-9a-f-]{36})"', browser.get("/me/groups").text)
    assert here is not None
    page = browser.send(f"{here[1]}/invitations", shown=here[1], role="member", uses="1")
    code = re.search(r"/join#(\w{10})", page.text)
    assert code is not None
    assert "<svg" in page.text
    group = here[1].rsplit("/", 1)[1]
    browser = come_in(forum, site, THREE)
    left = browser.send("/me/groups", leave=group)
    assert "You have left" in left.text
    assert "You are in no group yet" in left.text
    assert "does not open anything" in browser.send("/join", code="0000000000").text
    assert "You are in. Welcome." in browser.send("/join", code=code[1].lower()).text


def test_the_people_of_a_group_elect_a_convenor_on_its_page(forum: Forum, site: TestClient):
    member, _ = forum.member(ONE)
    browser = come_in(forum, site, ONE)
    here = re.search(r'href="(/me/groups/[0-9a-f-]{36})"', browser.get("/me/groups").text)
    assert here is not None
    page = browser.send(f"{here[1]}/motions", shown=here[1], elect=str(member))
    assert "The group votes on it now" in page.text
    motion = re.search(r'name="yes" value="([0-9a-f-]{36})"', page.text)
    assert motion is not None
    for who in (ONE, THREE):
        voted = come_in(forum, site, who).send(f"{here[1]}/votes", shown=here[1], yes=motion[1])
        assert voted.status_code == 200
    assert "2 yes, 0 no" in voted.text
    assert "show your second key" in come_in(forum, site, ONE).get(here[1]).text

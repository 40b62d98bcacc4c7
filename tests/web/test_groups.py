"""A member's groups: in, out and asking with one button; and, in a group, what its people decide."""

from typing import Any

import pytest

from tests.web.beside import WORDS, Beside
from tests.web.beside_mine import CLOSED, INVITATION, MEMBER_8, MOTION, OPEN, WALKERS, a_motion, an_invitation
from tests.web.conftest import TOKEN, Browser

HERE = f"/me/groups/{WALKERS}"
ASKING = {"member_id": MEMBER_8, "name": "Member 8"}


def press(browser: Browser, path: str = "/me/groups", *, shown: str = "/me/groups", **button: str) -> Any:
    return browser.send(path, shown=shown, **button)


def convene(beside: Beside) -> None:
    beside.mine.roles[WALKERS] = "convenor"


def test_my_groups_come_first_and_each_has_a_way_out(browser: Browser):
    browser.sign_in()
    page = browser.get("/me/groups")
    assert page.status_code == 200
    assert len(page.content) <= 15_000
    assert page.text.index("Walkers") < page.text.index("Other groups") < page.text.index("Films")
    for button in (f'name="leave" value="{WALKERS}"', f'name="join" value="{OPEN}"', f'name="ask" value="{CLOSED}"'):
        assert button in page.text
    assert 'href="/me/groups?after=rest"' in page.text
    assert 'href="/join"' in page.text


@pytest.mark.parametrize("times", [1, 2])
def test_one_tap_leaves_and_nobody_asks_why(browser: Browser, beside: Beside, times: int):
    browser.sign_in()
    token = TOKEN.search(browser.get("/me/groups").text)
    assert token is not None
    for _ in range(times):
        answer = browser.client.post("/me/groups", data={"token": token[1], "leave": WALKERS})
    assert beside.mine.roles == {}
    page = browser.get(answer.headers["location"]).text
    assert "You have left. Thank you for your time in the group." in page
    assert "why" not in page
    assert "reason" not in page
    assert "Walkers" not in page, "it is hidden from who is not in it"


def test_an_open_group_is_joined_with_one_tap_and_another_is_asked(browser: Browser, beside: Beside):
    browser.sign_in()
    assert "You are in. Welcome." in browser.get(press(browser, join=OPEN).headers["location"]).text
    assert beside.mine.roles[OPEN] == "member"
    asked = browser.get(press(browser, ask=CLOSED).headers["location"]).text
    assert "You asked to join." in asked
    assert beside.mine.requests == [CLOSED]
    press(browser, unask=CLOSED)
    assert beside.mine.requests == []


def test_a_refusal_is_told_in_words(browser: Browser):
    browser.sign_in()
    page = press(browser, join=CLOSED)
    assert page.status_code == 409
    assert "This group says who joins" in page.text
    gone = press(browser, join=MOTION)
    assert gone.status_code == 404
    assert "We do not know that group. Choose again." in gone.text


@pytest.mark.parametrize("button", [{}, {"leave": "x"}, {"join": "x" * 9000}, {"ask": "☂"}])
def test_a_button_that_is_none_changes_nothing(browser: Browser, beside: Beside, button: dict[str, str]):
    browser.sign_in()
    page = press(browser, **button)
    assert page.status_code == 422
    assert "press one of the buttons" in page.text
    assert (beside.mine.roles, beside.mine.requests) == ({WALKERS: "member"}, [])


PATHS = [
    "/me/groups",
    f"{HERE}/invitations",
    f"{HERE}/invitations/end",
    f"{HERE}/requests",
    f"{HERE}/motions",
    f"{HERE}/votes",
]


@pytest.mark.parametrize("path", PATHS)
def test_an_old_form_does_nothing(browser: Browser, beside: Beside, path: str):
    convene(beside)
    beside.mine.asking = [ASKING]
    browser.sign_in()
    typed = {"token": "made.up", "leave": WALKERS, "yes": MEMBER_8, "elect": MEMBER_8, "role": "guest", "uses": "7"}
    page = browser.client.post(path, data=typed)
    assert page.status_code == 403
    assert "open for too long" in page.text
    assert (beside.mine.roles, beside.mine.told, beside.mine.motions) == ({WALKERS: "convenor"}, [], [])
    if path.endswith("invitations"):
        assert 'value="7"' in page.text


@pytest.mark.parametrize("path", PATHS)
def test_whoever_is_not_in_comes_in_first(browser: Browser, path: str):
    for answer in (browser.client.post(path, data={"leave": WALKERS}), browser.get("/me/groups"), browser.get(HERE)):
        assert answer.headers["location"] == "/in"
    assert browser.send("/in", words=WORDS).headers["location"] == HERE


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("expires_in", [600, 60])
def test_while_members_is_away_what_was_pressed_can_be_sent_again(
    browser: Browser, beside: Beside, path: str, expires_in: int
):
    beside.expires_in = expires_in
    browser.sign_in()
    token = TOKEN.search(browser.get("/me/groups").text)
    assert token is not None
    beside.away = {"members"}
    page = browser.client.post(path, data={"token": token[1], "leave": WALKERS, "uses": "7"})
    assert (page.status_code, page.headers["retry-after"]) == (503, "10")
    for part in (f'action="{path}"', f'name="leave" value="{WALKERS}"', 'name="uses" value="7"', "It is not you"):
        assert part in page.text
    assert browser.get(HERE).status_code == 503


def test_a_group_that_one_may_not_know_of_is_not_there(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.mine.roles.clear()
    pages = [browser.get(path) for path in (HERE, f"/me/groups/{MOTION}", "/me/groups/nonsense")]
    assert {page.status_code for page in pages} == {404}
    assert len({TOKEN.sub("", page.text) for page in pages}) == 1


def test_who_is_not_in_a_group_is_shown_the_way_in_alone(browser: Browser):
    browser.sign_in()
    page = browser.get(f"/me/groups/{OPEN}").text
    assert f'name="join" value="{OPEN}"' in page
    assert "Who is in it" not in page
    assert f'name="ask" value="{CLOSED}"' in browser.get(f"/me/groups/{CLOSED}").text


def test_a_guest_is_told_so_and_can_leave(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.mine.roles[WALKERS] = "guest"
    page = browser.get(HERE).text
    assert "You are a guest here" in page
    assert f'name="leave" value="{WALKERS}"' in page
    assert "Invite somebody" not in page


def test_an_invitation_is_shown_once_as_code_link_and_square(browser: Browser, beside: Beside):
    convene(beside)
    browser.sign_in()
    page = press(browser, f"{HERE}/invitations", shown=HERE, role="member", uses="3")
    assert page.status_code == 201
    assert page.headers["cache-control"] == "private, no-store"
    for part in ("7KX2M-4QZ9C", f"http://testserver/join#{INVITATION}", "<svg", "3 people", "7 December"):
        assert part in page.text
    assert beside.mine.told == [("invite", {"role": "member", "uses": 3})]
    assert INVITATION not in browser.get(HERE).text


def test_invitations_that_work_are_listed_and_can_be_taken_back(browser: Browser, beside: Beside):
    browser.sign_in()
    assert "Invitations that work" not in browser.get(HERE).text
    beside.mine.invitations = [an_invitation(), an_invitation(id=OPEN, made_by=MEMBER_8, role="member", uses_left=3)]
    page = browser.get(HERE).text
    for words in ("For one guest", "You made it", "For 3 members", "Somebody else made it", "7 December"):
        assert words in page
    assert "Yes, take it back" in page
    answer = press(browser, f"{HERE}/invitations/end", shown=HERE, which=OPEN)
    assert [it["id"] for it in beside.mine.invitations] == [MOTION]
    assert "That invitation lets nobody in any more." in browser.get(answer.headers["location"]).text
    assert press(browser, f"{HERE}/invitations/end", shown=HERE, which="nonsense").status_code == 422


@pytest.mark.parametrize("uses", ["", "0", "101", "-1", "many", "٣x", "9" * 5000, "0001" + "9" * 5000])
def test_a_number_of_people_that_cannot_be_stays_to_be_changed(browser: Browser, beside: Beside, uses: str):
    browser.sign_in()
    page = press(browser, f"{HERE}/invitations", shown=HERE, role="guest", uses=uses)
    assert (page.status_code, beside.mine.told) == (422, [])
    assert "missing or too much" in page.text


def test_what_only_convenors_may_is_said_kindly(browser: Browser, beside: Beside):
    browser.sign_in()
    assert 'value="member"' not in browser.get(HERE).text
    page = press(browser, f"{HERE}/invitations", shown=HERE, role="member", uses="1")
    assert page.status_code == 403
    assert "convenors can do this" in page.text


def test_a_convenor_sees_who_asks_and_answers_once(browser: Browser, beside: Beside):
    convene(beside)
    beside.mine.asking = [ASKING]
    browser.sign_in()
    assert "Who asks to join" in browser.get(HERE).text
    answer = press(browser, f"{HERE}/requests", shown=HERE, yes=MEMBER_8)
    assert answer.headers["location"] == f"{HERE}?done=answered"
    assert beside.mine.told == [(MEMBER_8, {"admit": True})]
    again = press(browser, f"{HERE}/requests", shown=HERE, no=MEMBER_8)
    assert again.status_code == 404
    assert "They may have taken it back." in again.text


def test_who_is_voted_on_is_not_answered_by_one_convenor(browser: Browser, beside: Beside):
    convene(beside)
    beside.mine.asking = [ASKING]
    beside.mine.motions = [a_motion(kind="admit")]
    browser.sign_in()
    page = browser.get(HERE).text
    assert "Who asks to join" not in page
    assert "join?" in page


def test_a_convenor_without_a_second_factor_is_told_what_is_missing(browser: Browser, beside: Beside):
    convene(beside)
    beside.mine.strong = False
    browser.sign_in()
    page = browser.get(HERE)
    assert page.status_code == 200
    assert "show your second key" in page.text


def test_anybody_in_it_has_the_group_vote_and_votes(browser: Browser, beside: Beside):
    browser.sign_in()
    assert press(browser, f"{HERE}/motions", shown=HERE, elect=MEMBER_8).headers["location"] == f"{HERE}?done=raised"
    assert "is voting on this already" in press(browser, f"{HERE}/motions", shown=HERE, elect=MEMBER_8).text
    page = browser.get(HERE).text
    assert "be a convenor?" in page
    assert "Nobody sees how you vote" in page
    for answer, said in (("yes", "You said yes"), ("no", "You said no")):
        voted = press(browser, f"{HERE}/votes", shown=HERE, **{answer: MOTION})
        assert said in browser.get(voted.headers["location"]).text


@pytest.mark.parametrize(("state", "words"), [("carried", "<b>Yes</b>"), ("lost", "<b>No</b>")])
def test_what_was_decided_is_told_with_the_counts(browser: Browser, beside: Beside, state: str, words: str):
    beside.mine.motions = [a_motion(kind="stand_down", state=state, yes=3, no=2)]
    browser.sign_in()
    page = browser.get(HERE).text
    assert "convenor no more?" in page
    assert words in page
    assert "3 yes, 2 no" in page
    assert "The voting is over" in press(browser, f"{HERE}/votes", shown=HERE, yes=MOTION).text


def test_if_it_leaves_nobody_to_run_the_group_that_is_said(browser: Browser, beside: Beside):
    beside.mine.motions = [a_motion(kind="stand_down", leaves_no_convenor=True)]
    browser.sign_in()
    assert "nobody runs the group" in browser.get(HERE).text

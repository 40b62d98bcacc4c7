"""A session that is ended from one process of web is over in the others within a minute."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.beside import Beside
from tests.web.conftest import Browser


class Ticks:
    """A clock that two processes share, and that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def two(open_site: Callable[..., Browser], ticks: Ticks) -> tuple[Browser, Browser]:
    """Two processes of web, each with a browser."""
    browsers = open_site(), open_site()
    for browser in browsers:
        site: Any = browser.client.app
        site.state.site.sign_ins._ticks = ticks
    return browsers


@pytest.mark.parametrize("own", ["yes", "no"])
def test_a_lost_phone_is_out_of_every_process_after_a_minute(
    two: tuple[Browser, Browser], beside: Beside, ticks: Ticks, own: str
):
    here, there = two
    here.sign_in(own)
    there.client.cookies.update(here.client.cookies)
    assert "Member 7" in there.get("/").text
    beside.sessions.clear()
    ticks.now = 59.9
    assert "Member 7" in there.get("/").text
    ticks.now = 60
    for browser in (there, here):
        assert "Member 7" not in browser.get("/").text


def test_a_page_costs_one_question_a_minute(two: tuple[Browser, Browser], beside: Beside, ticks: Ticks):
    here, _ = two
    here.sign_in()
    for second in range(180):
        ticks.now = second
        assert "Member 7" in here.get("/").text
    assert beside.asked.count("tokens") == 2

"""Why chat takes no part in erasures (docs/decisions/0014): it holds nobody's id, and of an address two days' traces."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.chat.jobs import JOBS
from shared.db import Sessions
from shared.worker import Work
from tests.chat.conftest import Phone
from tests.conftest import Clock
from tests.journeys.builders import ONE
from tests.journeys.forum import Forum
from tests.journeys.test_erasure import erase, index_of
from tests.tables import all_rows

EVERYTHING = ("YES", "WHATS ON", "YES 1", "2", "LOGIN", "PAUSE", "QUIET 22 8", "NO NEWS", "The tea was cold.")


@pytest.fixture
def talked(forum: Forum, programme: dict[str, Any], texting: TestClient) -> Sessions:
    """What a member may text was texted; the database of chat."""
    forum.send_what_is_due()
    phone = Phone(texting, ONE)
    assert [words for words in EVERYTHING if not phone.text(words)] == []
    forum.tell()
    sessions: Sessions = texting.app.state.sessions  # type: ignore[attr-defined]
    return sessions


def test_d18_chat_holds_nothing_that_names_a_member(talked: Sessions, forum: Forum):
    member_id, _ = forum.member(ONE)
    kept = all_rows(talked)
    assert index_of(forum, ONE) in kept
    for name in (str(member_id), member_id.hex, "Member 1", ONE, ONE[1:], "tea was"):
        assert name not in kept


def test_d18_two_days_after_an_erasure_nothing_is_left_in_chat(
    talked: Sessions, forum: Forum, clock: Clock, sessions: Callable[[str], Sessions]
):
    index = index_of(forum, ONE)
    erase(forum, ONE)
    forum.tell()
    # Nothing is found by it in any other service; a suppression would be, after a STOP, and names nobody.
    others = [all_rows(sessions(service)) for service in ("members", "events", "feedback", "notifications")]
    assert [index in kept for kept in others] == [False] * 4
    clock.go_on(days=2)
    for job in JOBS:
        job.run(Work("chat", talked, clock))
    assert index not in all_rows(talked)

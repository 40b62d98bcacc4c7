"""A member asks to be forgotten, and is: in every service, for what is under way, and after a restore (D18)."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.db import Sessions, disconnect
from shared.testing.databases import Databases
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.journeys.builders import ONE, THREE, answers, given_programme
from tests.journeys.forum import Forum, running_forum
from tests.tables import all_rows

# What an id is kept in that leads to nobody: so that nothing under way, and no backup, brings them back.
REMEMBERING = ("erased_members", "erasures", "outbox")


def erase(forum: Forum, phone: str) -> str:
    """Whoever has this number has just come in with their card, and asks to be forgotten."""
    members = forum.clients["members"]
    begun = members.post("/sessions", json={"words": forum.card(phone)["words"]}).json()
    asked = members.request("DELETE", "/me?confirm=true", headers={"Authorization": f"Bearer {begun['token']}"})
    assert asked.status_code == 202
    erasure_id: str = asked.json()["id"]
    return erasure_id


def is_done(forum: Forum, erasure_id: str) -> bool:
    return forum.clients["members"].get(f"/erasures/{erasure_id}").json()["done_at"] is not None


def index_of(forum: Forum, phone: str) -> str:
    path = "/internal/addresses/identify"
    index: str = forum._as("chat", "vault:identify", path, {"channel": "sms", "address": phone})["index"]
    return index


def holding(forum: Forum, *canaries: str) -> list[str]:
    """The services in whose databases any of these can be found."""
    texts = {name: all_rows(part.sessions, REMEMBERING) for name, part in forum.parts.items()}
    return [name for name, text in texts.items() if any(canary in text for canary in canaries)]


def test_d18_erased_everywhere_with_all_answers_and_nothing_left(forum: Forum, programme: dict[str, Any]):
    forum.send_what_is_due()
    answers(forum, ONE, programme, "going")
    member_id, _ = forum.member(ONE)
    traces = (str(member_id), "Member 1", ONE, index_of(forum, ONE))
    assert set(holding(forum, *traces)) == {"members", "events", "notifications"}
    erasure_id = erase(forum, ONE)
    forum.tell()
    assert is_done(forum, erasure_id)
    assert holding(forum, *traces) == []
    assert forum.clients["events"].get(f"/occurrences/{programme['id']}").json()["going"] == 0


def test_d18_nothing_is_sent_to_who_was_erased(forum: Forum, programme: dict[str, Any]):
    forum.send_what_is_due()
    answers(forum, ONE, programme, "going")
    answers(forum, THREE, programme, "going")
    before = len(forum.said_to(ONE))
    erase(forum, ONE)
    # Also before the others have heard of it: the vault has nothing to tell them any more.
    forum.clock.set(datetime(2026, 11, 25, 18, 0, 1, tzinfo=UTC))
    forum.send_what_is_due()
    forum.tell()
    forum.clock.set(datetime(2026, 11, 26, 16, 30, 1, tzinfo=UTC))
    forum.send_what_is_due()
    assert len(forum.said_to(ONE)) == before
    assert len(forum.said_to(THREE)) > 1


def test_what_was_said_just_before_and_is_heard_after_brings_nobody_back(forum: Forum, programme: dict[str, Any]):
    member_id, signed_in = forum.member(ONE)
    path = f"/occurrences/{programme['id']}/rsvp"
    assert forum.clients["events"].put(path, json={"answer": "going"}, headers=signed_in).is_success
    erase(forum, ONE)
    forum.tell()
    assert forum.clients["events"].put(path, json={"answer": "going"}, headers=signed_in).status_code == 401
    forum.tell()
    assert holding(forum, str(member_id)) == []


class Restorable:
    """The databases of a forum, in which commits are real, and copies of them."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._sessions: dict[str, Sessions] = {}
        self._backups: dict[str, str] = {}
        self._stack = ExitStack()

    def __call__(self, service: str) -> Sessions:
        if service not in self._sessions:
            self._sessions[service] = self._stack.enter_context(self._databases.owned_sessions(service))
        return self._sessions[service]

    def back_up(self) -> None:
        for service, sessions in self._sessions.items():
            disconnect(sessions)
            self._backups[service] = self._databases.copied(_url(sessions))

    def restore(self, *services: str) -> None:
        for service in services:
            disconnect(self._sessions[service])
            self._databases.put_back(self._backups[service], _url(self._sessions[service]))

    def close(self) -> None:
        self._stack.close()


def _url(sessions: Sessions) -> str:
    url: str = sessions.kw["bind"].url.render_as_string(hide_password=False)
    return url


@pytest.fixture
def restorable(databases: Databases) -> Iterator[Restorable]:
    restorable = Restorable(databases)
    yield restorable
    restorable.close()


@pytest.fixture
def lasting(restorable: Restorable, keys: Keyring, clock: Clock, tmp_path: Path) -> Iterator[Forum]:
    with running_forum(restorable, keys, clock, tmp_path / "erasures.ledger") as forum:
        yield forum


@pytest.mark.committed
@pytest.mark.parametrize(
    ("restored", "back"),
    [(("members", "events", "notifications"), 1), (("members",), 1), (("events",), 0), (("notifications",), 0)],
)
def test_d18_who_was_erased_stays_erased_after_a_restore(
    lasting: Forum, restorable: Restorable, restored: Sequence[str], back: int
):
    forum = lasting
    programme = given_programme(forum)
    answers(forum, ONE, programme, "going")
    member_id, _ = forum.member(ONE)
    traces = (str(member_id), "Member 1", ONE, index_of(forum, ONE))
    restorable.back_up()
    erase(forum, ONE)
    forum.tell()
    restorable.restore(*restored)
    assert set(holding(forum, *traces)) == set(restored)
    done = forum.as_operator("members", "POST", "/erasures/reapplications", "members:erase")
    assert done == {"erased_again": back, "told": 1}
    forum.tell()
    assert holding(forum, *traces) == []
    assert forum.clients["events"].get(f"/occurrences/{programme['id']}").json()["going"] == 0
    assert forum.member(THREE)

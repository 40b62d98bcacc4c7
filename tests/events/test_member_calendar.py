"""A member's own calendar: read by whoever holds its address, for as long as there is one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.handlers import member_erased, member_merged
from services.events.models import CalendarFeed, Group, Occurrence
from services.events.use_cases.export import export_member
from services.events.use_cases.groups import leave_group
from services.events.use_cases.programme import cancel_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from services.events.use_cases.waiting import wait_for_place
from shared.auth import Caller
from shared.contracts.events import Answer
from shared.contracts.members import MemberErased, MemberMerged, Visibility
from tests.conftest import Clock
from tests.events.builders import given_group, given_member, given_occurrence
from tests.events.feed_readers import Read, read_by_all

MINE = "/me/calendar-feed"
Headers = dict[str, str]


@pytest.fixture
def member(session: Session, forum: Group) -> UUID:
    found = given_member(session, forum)
    session.commit()
    return found


@pytest.fixture
def headers(as_member: Callable[..., Headers], member: UUID) -> Headers:
    return as_member(member)


def made(client: TestClient, headers: Headers, **draft: Any) -> str:
    answer = client.post(MINE, json=draft, headers=headers)
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    path: str = answer.json()["path"]
    return path


def events_at(client: TestClient, path: str) -> list[Read]:
    answer = client.get(path)
    assert answer.status_code == 200
    return read_by_all(answer.content)


def say(session: Session, occurrence: Occurrence, member: UUID, clock: Clock, answer: Answer = Answer.GOING) -> None:
    answer_rsvp(session, occurrence.id, member, answer, now=clock())
    session.commit()


def test_it_holds_what_they_said_yes_to(
    client: TestClient, session: Session, evening: Occurrence, member: UUID, headers: Headers, clock: Clock
):
    given_occurrence(session, session.get_one(Group, evening.group_id), days=7)
    path = made(client, headers)
    assert events_at(client, path) == []
    say(session, evening, member, clock)
    [found] = events_at(client, path)
    assert (found.uid, found.title, found.status) == (str(evening.id), "Games night", "CONFIRMED")
    say(session, evening, member, clock, Answer.NOT_GOING)
    assert events_at(client, path) == []


def test_d24_of_a_hidden_groups_evening_it_says_only_when_it_is(
    client: TestClient,
    session: Session,
    member: UUID,
    headers: Headers,
    clock: Clock,
    as_member: Callable[..., Headers],
):
    hidden = given_group(session, "quiet-ones", Visibility.HIDDEN)
    evening, them = given_occurrence(session, hidden), given_member(session, hidden)
    say(session, evening, them, clock)
    path = made(client, as_member(them))
    [found] = events_at(client, path)
    assert (found.title, found.place, found.summary) == ("Evening", "", "")
    assert (found.starts, found.ends) == (evening.starts_at, evening.ends_at)
    data = client.get(path).content.lower()
    assert not any(word in data for word in (b"quiet", b"games", b"church", b"friend", str(them).encode()))
    [found] = events_at(client, made(client, as_member(them), full_details=True))
    assert (found.title, found.place) == ("Games night", "Church Hall")


def test_d25_who_left_a_hidden_group_finds_nothing_of_it_there(
    client: TestClient, session: Session, clock: Clock, as_member: Callable[..., Headers]
):
    hidden = given_group(session, "quiet-ones", Visibility.HIDDEN)
    evening, past = given_occurrence(session, hidden), given_occurrence(session, hidden, days=-7)
    them = given_member(session, hidden)
    say(session, evening, them, clock)
    answer_rsvp(session, past.id, them, Answer.GOING, now=past.starts_at)
    session.commit()
    path = made(client, as_member(them), full_details=True)
    assert len(events_at(client, path)) == 2
    leave_group(session, hidden.id, them, now=clock())
    session.commit()
    assert events_at(client, path) == []


def test_an_address_is_shown_once_and_only_its_hash_is_kept(
    client: TestClient, session: Session, headers: Headers, clock: Clock
):
    assert client.get(MINE, headers=headers).status_code == 404
    path = made(client, headers)
    token = path.removeprefix("/feeds/").removesuffix(".ics")
    assert len(token) >= 43  # 256 bits
    assert token not in session.scalars(select(CalendarFeed.token_hash)).one()
    assert client.get(MINE, headers=headers).json() == {"made_at": "2026-11-23T10:30:00Z", "full_details": False}


def test_an_address_that_was_ended_or_renewed_is_dead_at_once_and_like_one_that_never_was(
    client: TestClient, headers: Headers
):
    same = {"X-Request-Id": "the-same-request"}
    first = made(client, headers)
    second = made(client, headers)
    assert client.get(second).headers["cache-control"] == "private, no-cache"
    for _ in range(2):
        assert client.delete(MINE, headers=headers).status_code == 204
    answers = [client.get(path, headers=same) for path in (first, second, f"/feeds/{'A' * 43}.ics")]
    assert {(each.status_code, tuple(each.headers.raw), each.content) for each in answers} == {
        (404, tuple(answers[0].headers.raw), answers[0].content)
    }


def test_asked_again_it_answers_in_a_few_bytes_until_something_changes(
    client: TestClient, session: Session, evening: Occurrence, member: UUID, headers: Headers, clock: Clock
):
    path = made(client, headers)
    known = {"If-None-Match": client.get(path).headers["etag"]}
    assert client.get(path, headers=known).status_code == 304
    say(session, evening, member, clock)
    assert client.get(path, headers=known).status_code == 200


def test_d18_it_is_erased_and_a_token_that_outlives_its_member_makes_no_other(
    client: TestClient, session: Session, member: UUID, headers: Headers, clock: Clock
):
    path = made(client, headers)
    member_erased(session, MemberErased(erasure_id=uuid4(), member_id=member), clock.at)
    session.commit()
    assert client.get(path).status_code == 404
    assert client.post(MINE, json={}, headers=headers).status_code == 401


def test_of_two_records_that_become_one_the_kept_ones_address_goes_on(
    client: TestClient,
    session: Session,
    member: UUID,
    headers: Headers,
    clock: Clock,
    as_member: Callable[..., Headers],
):
    gone = uuid4()
    kept, other = made(client, headers), made(client, as_member(gone))
    member_merged(session, MemberMerged(kept_id=member, gone_id=gone), clock.at)
    session.commit()
    assert (client.get(kept).status_code, client.get(other).status_code) == (200, 404)


def test_d17_a_copy_says_that_there_is_one_and_since_when(
    client: TestClient, session: Session, member: UUID, headers: Headers
):
    made(client, headers)
    [part] = [each for each in export_member(session, member).parts if "calendar" in each.heading]
    assert part.rows == [{"Since": "23 November 2026, 10:30 UTC", "Hidden groups are named in it": "no"}]


def test_who_waits_for_a_place_sees_that_it_is_not_certain(
    client: TestClient, session: Session, forum: Group, member: UUID, headers: Headers, clock: Clock
):
    full = given_occurrence(session, forum, capacity=1)
    other = given_member(session, forum)
    say(session, full, other, clock)
    wait_for_place(session, full.id, member, {}, now=clock())
    session.commit()
    path = made(client, headers)
    assert [each.status for each in events_at(client, path)] == ["TENTATIVE"]
    cancel_occurrence(session, full.id, caller=Caller(issuer="operator", scope="programme:write"), now=clock())
    session.commit()
    assert "CONFIRMED" not in [each.status for each in events_at(client, path)]

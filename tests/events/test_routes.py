from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from services.events.models import Group, Occurrence
from shared.contracts.members import Role, Visibility
from shared.db import Sessions
from tests.conftest import Clock
from tests.events.builders import given_group, given_member, given_occurrence, going

CARD = (*("meeting_point", "food", "fare", "step_free", "dogs", "charging", "quiet_space", "wifi", "warm"),)
Headers = dict[str, str]


def ids(client: TestClient, query: str = "", headers: Headers | None = None) -> list[str]:
    return [item["id"] for item in client.get(f"/occurrences{query}", headers=headers).json()["items"]]


# What's on


def test_what_is_on_is_shown_to_anyone(client: TestClient, forum: Group, evening: Occurrence):
    answer = client.get("/occurrences")
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert answer.json() == {
        "items": [
            {
                "id": str(evening.id),
                "activity_id": str(evening.activity_id),
                "group": {"id": str(forum.id), "slug": "forum", "name": "Forum", "is_hidden": False},
                "title": "Games night",
                "summary": "Bring a friend.",
                "starts": "2026-11-26T18:30:00Z",
                "ends": "2026-11-26T21:00:00Z",
                "timezone": "Europe/London",
                "all_day": False,
                "place": "Church Hall",
                "status": "scheduled",
                "capacity": 2,
                "going": 0,
                "places_left": 2,
                "card": {key: {"known": "dont_know", "note": ""} for key in CARD},
            }
        ],
        "next": None,
    }


def test_a_summer_evening_has_its_summer_offset(client: TestClient, session: Session, forum: Group):
    given_occurrence(session, forum, days=182)
    session.commit()
    [item] = client.get("/occurrences").json()["items"]
    assert item["starts"] == "2027-05-27T18:30:00+01:00"


def test_what_is_over_is_not_on_and_what_was_called_off_is_shown_as_that(
    client: TestClient, session: Session, forum: Group, operator: Callable[[str], Headers]
):
    given_occurrence(session, forum, days=-7)
    off = given_occurrence(session, forum)
    session.commit()
    client.post(f"/occurrences/{off.id}/cancellation", headers=operator("programme:write"))
    [item] = client.get("/occurrences").json()["items"]
    assert (item["id"], item["status"]) == (str(off.id), "cancelled")


def test_pages_follow_each_other_without_a_gap(client: TestClient, session: Session, forum: Group):
    made = [str(given_occurrence(session, forum, days=day // 3).id) for day in range(10)]
    session.commit()
    found: list[str] = []
    after = ""
    while True:
        page = client.get(f"/occurrences?limit=3{after}").json()
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(found) == 10
    assert set(found) == set(made)


def test_only_a_part_can_be_asked_for(client: TestClient, session: Session, forum: Group):
    music = given_group(session, "music")
    days = [given_occurrence(session, forum, days=day) for day in (0, 1, 2)]
    song = given_occurrence(session, music)
    session.commit()
    first, second, third = (str(each.id) for each in days)
    assert ids(client, "?group=music") == [str(song.id)]
    assert ids(client, "?group=nonsense") == []
    assert ids(client, "?group=forum&from=2026-11-27") == [second, third]
    assert ids(client, "?group=forum&until=2026-11-28T00:00") == [first, second]
    assert ids(client, "?group=forum&from=2026-11-26T21:30:00%2B00:00&until=2026-11-27T19:00:00Z") == [second]


def test_a_list_takes_one_query(client: TestClient, session: Session, forum: Group, database: Sessions):
    for number in range(5):
        given_occurrence(session, given_group(session, f"group-{number}"))
    session.commit()
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    connection = database.kw["bind"]
    event.listen(connection, "before_cursor_execute", note)
    client.get("/occurrences")
    event.remove(connection, "before_cursor_execute", note)
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1


@pytest.mark.parametrize(
    "query", ["?after=nonsense", "?from=soon", "?group=%00", "?limit=many", "?after=WyIyMDI2IiwgIngiXQ"]
)
def test_a_question_that_makes_no_sense_is_refused(client: TestClient, query: str):
    answer = client.get(f"/occurrences{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(since=st.datetimes(timezones=st.none() | st.just(UTC)), until=st.datetimes(), limit=st.integers(-(2**70), 2**70))
def test_no_time_or_number_breaks_the_list(client: TestClient, since: datetime, until: datetime, limit: int):
    answer = client.get("/occurrences", params={"from": since.isoformat(), "until": until.isoformat(), "limit": limit})
    assert answer.status_code in {200, 422}


# Saying yes and no


def test_a_member_says_yes_and_no(
    client: TestClient, session: Session, evening: Occurrence, as_member: Callable[..., Headers]
):
    member = as_member(uuid4())
    answer = client.put(f"/occurrences/{evening.id}/rsvp", json={"answer": "going"}, headers=member)
    said = {"occurrence_id": str(evening.id), "answer": "going", "others": {}, "shown_as": None}
    assert answer.json() == said
    assert client.get("/occurrences").json()["items"][0]["places_left"] == 1
    mine = client.get("/me/rsvps", headers=member)
    assert mine.json() == {"items": [said], "waiting": []}
    assert mine.headers["cache-control"] == "private, no-store"
    client.put(f"/occurrences/{evening.id}/rsvp", json={"answer": "not_going"}, headers=member)
    assert going(session, evening.id) == (0, 0)


def test_a_refusal_says_what_to_do(client: TestClient, evening: Occurrence, as_member: Callable[..., Headers]):
    url = f"/occurrences/{evening.id}/rsvp"
    for _ in range(2):
        client.put(url, json={"answer": "going"}, headers=as_member(uuid4()))
    full = client.put(url, json={"answer": "going"}, headers=as_member(uuid4()))
    assert (full.status_code, full.json()["type"]) == (409, "urn:afterhours:occurrence-full")
    assert "wait in the line" in full.json()["detail"]
    assert client.put(url, json={"answer": "maybe"}, headers=as_member(uuid4())).status_code == 422
    assert client.put(url, json={"answer": "going"}).status_code == 401


def test_what_is_past_is_not_among_my_answers(
    client: TestClient, evening: Occurrence, as_member: Callable[..., Headers], clock: Clock
):
    member = as_member(uuid4())
    client.put(f"/occurrences/{evening.id}/rsvp", json={"answer": "going"}, headers=member)
    clock.set(evening.ends_at)
    assert client.get("/me/rsvps", headers=member).json()["items"] == []


# A hidden group


def test_a_hidden_group_answers_strangers_as_nonsense_does(
    client: TestClient, session: Session, as_member: Callable[..., Headers]
):
    """The same bytes, whoever asks for whatever, for an evening that is there and one that is not."""
    hidden = given_group(session, "women", Visibility.HIDDEN)
    there = given_occurrence(session, hidden).id
    stranger = given_member(session, given_group(session))
    session.commit()
    convenor_elsewhere = as_member(stranger, {uuid4(): Role.CONVENOR})

    def asked(occurrence: UUID, headers: Headers) -> list[tuple[int, str, Headers]]:
        headers = {**headers, "X-Request-Id": "the-same-request"}
        url = f"/occurrences/{occurrence}"
        answers = [
            client.get(url, headers=headers),
            client.put(f"{url}/rsvp", json={"answer": "going"}, headers=headers),
            client.put(f"{url}/rsvp", json={"answer": "not_going"}, headers=headers),
            client.patch(url, json={"place": "The park"}, headers=headers),
            client.post(f"{url}/cancellation", headers=headers),
        ]
        return [(answer.status_code, answer.text, dict(answer.headers)) for answer in answers]

    for headers in ({}, as_member(stranger), convenor_elsewhere):
        assert asked(there, headers) == asked(uuid4(), headers)
    assert client.get("/occurrences?group=women").text == client.get("/occurrences?group=nonsense").text
    assert ids(client) == []
    assert ids(client, headers=as_member(stranger)) == []


def test_a_hidden_group_is_shown_to_its_own_and_to_the_operator(
    client: TestClient,
    session: Session,
    as_member: Callable[..., Headers],
    operator: Callable[[str], Headers],
):
    hidden = given_group(session, "women", Visibility.HIDDEN)
    there, member = str(given_occurrence(session, hidden).id), given_member(session, hidden)
    session.commit()
    for headers in (as_member(member), operator("programme:write")):
        answer = client.get("/occurrences", headers=headers)
        assert [item["id"] for item in answer.json()["items"]] == [there]
        assert answer.headers["cache-control"] == "private, no-store"
        assert client.get(f"/occurrences/{there}", headers=headers).status_code == 200
    said = client.put(f"/occurrences/{there}/rsvp", json={"answer": "going"}, headers=as_member(member))
    assert said.status_code == 200


def test_a_closed_group_is_shown_and_is_for_its_members(
    client: TestClient, session: Session, as_member: Callable[..., Headers]
):
    closed = given_group(session, "women", Visibility.CLOSED)
    there = given_occurrence(session, closed).id
    session.commit()
    assert ids(client) == [str(there)]
    refused = client.put(f"/occurrences/{there}/rsvp", json={"answer": "going"}, headers=as_member(uuid4()))
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:afterhours:members-only")


# Waiting for a place


def test_who_finds_it_full_waits_is_offered_a_place_and_takes_it(
    client: TestClient, session: Session, evening: Occurrence, as_member: Callable[..., Headers]
):
    url, mine = f"/occurrences/{evening.id}", as_member(uuid4())
    friends = [as_member(uuid4()) for _ in range(2)]
    for friend in friends:
        client.put(f"{url}/rsvp", json={"answer": "going"}, headers=friend)
    waits = client.put(f"{url}/waiting", json={"others": {"buddy": 1}}, headers=mine).json()
    assert (waits["place"], waits["offered_until"], waits["others"]) == (1, None, {"buddy": 1})
    assert waits["words"].startswith("You are number 1 in the line. Who asked first is asked first.")
    for friend in friends:
        client.put(f"{url}/rsvp", json={"answer": "not_going"}, headers=friend)
    shown = client.get(url).json()
    assert (shown["going"], shown["places_left"]) == (0, 0)
    [offer] = client.get("/me/rsvps", headers=mine).json()["waiting"]
    assert offer["words"].startswith("A place is yours if you say yes by ")
    said = client.put(f"{url}/rsvp", json={"answer": "going", "shown_as": "Sam"}, headers=mine).json()
    assert (said["others"], said["shown_as"]) == ({"buddy": 1}, "Sam")
    assert client.get(url).json()["going"] == 2


def test_the_line_is_left_in_one_step_however_often(
    client: TestClient, session: Session, evening: Occurrence, as_member: Callable[..., Headers]
):
    url, mine = f"/occurrences/{evening.id}", as_member(uuid4())
    for _ in range(2):
        client.put(f"{url}/rsvp", json={"answer": "going"}, headers=as_member(uuid4()))
    client.put(f"{url}/waiting", json={}, headers=mine)
    for _ in range(2):
        assert client.delete(f"{url}/waiting", headers=mine).status_code == 204
    assert client.get("/me/rsvps", headers=mine).json()["waiting"] == []


@pytest.mark.parametrize("others", [{"friend": 1}, {"buddy": -1}, {"buddy": 21}, {"buddy": "many"}, []])
def test_a_party_that_makes_no_sense_is_refused(
    client: TestClient, evening: Occurrence, as_member: Callable[..., Headers], others: Any
):
    for path, body in (("rsvp", {"answer": "going"}), ("waiting", {})):
        answer = client.put(
            f"/occurrences/{evening.id}/{path}", json=body | {"others": others}, headers=as_member(uuid4())
        )
        assert answer.status_code == 422

"""Who comes and who came: numbers for all, names for those who come as well, and a member's own visits."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from services.events.models import EventsBase, Group, Occurrence
from shared.contracts.members import Role
from tests.conftest import Clock
from tests.events.builders import given_occurrence

Headers = dict[str, str]


def comes(client: TestClient, evening: Occurrence, headers: Headers, shown_as: str | None = None) -> None:
    said = {"answer": "going", "shown_as": shown_as}
    assert client.put(f"/occurrences/{evening.id}/rsvp", json=said, headers=headers).is_success


def test_names_are_shown_to_who_comes_of_who_wished_it(
    client: TestClient, evening: Occurrence, as_member: Callable[..., Headers]
):
    one, other, stranger = (as_member(uuid4()) for _ in range(3))
    url = f"/occurrences/{evening.id}/coming"
    comes(client, evening, one, "Sam")
    comes(client, evening, other)
    assert client.get(url, headers=other).json() == {"going": 2, "came": None, "names": ["Sam"]}
    assert client.get(url, headers=stranger).json()["names"] == []
    assert client.get(url).json()["names"] == []
    comes(client, evening, one, "")
    assert client.get(url, headers=other).json()["names"] == []


def test_a_host_counts_who_came_once_it_has_begun(
    client: TestClient, forum: Group, evening: Occurrence, as_member: Callable[..., Headers], clock: Clock
):
    url = f"/occurrences/{evening.id}"
    host = as_member(uuid4(), {forum.id: Role.CONVENOR})
    early = client.put(f"{url}/attendance", json={"came": 7}, headers=host)
    assert (early.status_code, early.json()["type"]) == (409, "urn:afterhours:not-yet")
    clock.set(evening.starts_at)
    for came in (7, 9):
        assert client.put(f"{url}/attendance", json={"came": came}, headers=host).json() == {"came": came}
    assert client.put(f"{url}/attendance", json={"came": 1}, headers=as_member(uuid4())).status_code == 403
    assert client.get(f"{url}/coming").json() == {"going": 0, "came": 9, "names": []}


def test_a_member_alone_sees_where_they_were_for_thirty_days(
    client: TestClient, session: Session, forum: Group, as_member: Callable[..., Headers], clock: Clock
):
    evenings = [given_occurrence(session, forum, days=days) for days in (0, 7)]
    session.commit()
    mine = as_member(uuid4())
    for each in evenings:
        comes(client, each, mine)
    clock.set(evenings[0].ends_at)

    def visits(headers: Headers) -> list[UUID]:
        return [UUID(each["occurrence_id"]) for each in client.get("/me/visits", headers=headers).json()["items"]]

    assert visits(mine) == [evenings[0].id]
    assert visits(as_member(uuid4())) == []
    clock.set(evenings[1].ends_at)
    assert visits(mine) == [evenings[1].id, evenings[0].id]
    clock.set(evenings[0].ends_at + timedelta(days=30))
    assert visits(mine) == [evenings[1].id]


@pytest.mark.parametrize("word", ["no_show", "noshow", "attended", "streak", "score", "reliab"])
def test_p3_nothing_is_kept_of_a_person_that_judges_them(word: str):
    names = [column.name for table in EventsBase.metadata.tables.values() for column in table.columns]
    assert [name for name in [*names, *EventsBase.metadata.tables] if word in name] == []

"""What an evening costs: pence, the numbers of receipts, and whom money is owed to for them and the hosts alone."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.models import Cost, Group, Occurrence
from services.events.use_cases.erasure import erase_member
from shared.contracts.members import Role
from tests.conftest import Clock
from tests.events.builders import given_host, given_member, given_occurrence

Headers = dict[str, str]
MILK = {"what": "Milk and bread", "pence": 640, "receipt": "17", "give_back": True}


@pytest.fixture
def belonging(session: Session, forum: Group, as_member: Callable[..., Headers]) -> Callable[[], Headers]:
    def somebody() -> Headers:
        member = given_member(session, forum)
        session.commit()
        return as_member(member, {forum.id: Role.MEMBER})

    return somebody


@pytest.fixture
def host(session: Session, forum: Group, evening: Occurrence, as_member: Callable[..., Headers]) -> Headers:
    host = given_host(session, evening, forum)
    session.commit()
    return as_member(host, {forum.id: Role.MEMBER})


def test_whom_money_is_owed_to_is_seen_by_them_and_the_hosts_until_it_is_given_back(
    client: TestClient, evening: Occurrence, host: Headers, belonging: Callable[[], Headers]
):
    url, payer, other = f"/occurrences/{evening.id}/costs", belonging(), belonging()
    cost = client.post(url, json=MILK, headers=payer).json()
    assert cost["member_id"]
    seen = [client.get(url, headers=who).json()["items"] for who in (payer, host, other)]
    assert seen == [[cost], [cost], [cost | {"member_id": None}]]
    settle = f"/costs/{cost['id']}"
    assert client.post(f"{settle}/given-back", headers=payer).status_code == 403
    assert client.delete(settle, headers=other).status_code == 403
    assert client.post(f"{settle}/given-back", headers=host).status_code == 204
    assert client.get(url, headers=payer).json()["items"] == [cost | {"member_id": None, "give_back": False}]
    assert [client.delete(settle, headers=who).status_code for who in (payer, host, host)] == [403, 204, 404]


def test_what_the_forum_paid_is_written_down_by_those_who_run_it(
    client: TestClient, evening: Occurrence, host: Headers, belonging: Callable[[], Headers]
):
    url, hire = f"/occurrences/{evening.id}/costs", {"what": "The hall", "pence": 2500}
    assert client.post(url, json=hire, headers=belonging()).status_code == 403
    assert client.post(url, json=hire, headers=host).json()["give_back"] is False


def test_an_evening_and_a_month_are_added_up(
    client: TestClient,
    session: Session,
    forum: Group,
    evening: Occurrence,
    host: Headers,
    belonging: Callable[[], Headers],
):
    member, later = belonging(), given_occurrence(session, forum, days=7)
    session.commit()
    client.put(f"/occurrences/{evening.id}/costs/budget", json={"may_cost_pence": 3000}, headers=host)
    for each, pence in ((evening, 100), (evening, 250), (later, 75)):
        client.post(f"/occurrences/{each.id}/costs", json=MILK | {"pence": pence}, headers=member)
    said = client.get(f"/occurrences/{evening.id}/costs", headers=member).json()
    assert (said["may_cost_pence"], said["cost_pence"]) == (3000, 350)
    assert client.get(f"/groups/{forum.id}/costs", headers=member).json()["items"] == [
        {"month": "2026-12", "cost_pence": 75, "evenings": 1},
        {"month": "2026-11", "cost_pence": 350, "evenings": 1},
    ]
    assert client.get(f"/groups/{uuid4()}/costs", headers=member).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"pence": -1},
        {"pence": 0},
        {"pence": 6.4},
        {"pence": "640"},
        {"pence": 1_000_001},
        {"what": ""},
        {"receipt": "x" * 41},
        {"receipt": {"file": "receipt.pdf"}},
    ],
)
def test_costs_that_cannot_be_are_refused(
    client: TestClient, evening: Occurrence, belonging: Callable[[], Headers], wrong: dict[str, Any]
):
    answer = client.post(f"/occurrences/{evening.id}/costs", json=MILK | wrong, headers=belonging())
    assert answer.status_code == 422


def test_of_two_who_set_the_budget_at_once_the_second_looks_again(
    client: TestClient, evening: Occurrence, host: Headers
):
    url = f"/occurrences/{evening.id}/costs"
    seen = {"If-Match": client.get(url, headers=host).headers["ETag"]}
    answers = [
        client.put(f"{url}/budget", json={"may_cost_pence": pence}, headers=host | seen) for pence in (1000, 2000)
    ]
    assert [answer.status_code for answer in answers] == [200, 412]


def test_what_was_spent_stays_when_who_paid_is_erased(
    client: TestClient, session: Session, evening: Occurrence, belonging: Callable[[], Headers], clock: Clock
):
    client.post(f"/occurrences/{evening.id}/costs", json=MILK, headers=belonging())
    [payer] = session.scalars(select(Cost.member_id)).all()
    assert payer is not None
    erase_member(session, payer, clock())
    assert session.execute(select(Cost.pence, Cost.member_id)).all() == [(640, None)]

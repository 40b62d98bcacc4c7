"""Somebody inside, who reads every database, cannot tell whose a remark is (people.md, D26)."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import inspect, select, text, update

from services.chat.models import Contact
from services.feedback.models import Remark
from shared.db import Sessions
from tests.chat.conftest import Phone
from tests.conftest import Clock
from tests.journeys.forum import Forum
from tests.journeys.texting import dump

PEOPLE = range(12)
ELSEWHERE = ("members", "events", "notifications", "chat")
Database = Callable[[str], Sessions]


def number(n: int) -> str:
    return f"+4477009001{n:02}"


def seen_by_a_server(n: int, forum: Forum) -> dict[str, str]:
    """All that a request may tell of who makes it."""
    _, signed_in = forum.member(number(n))
    address = f"203.0.113.{100 + n}"
    return signed_in | {
        "X-Forwarded-For": address,
        "Forwarded": f"for={address}",
        "X-Asker": address,
        "User-Agent": f"Telephone/{n}.77",
        "Cookie": f"session=kept-by-browser-{n}",
        "Idempotency-Key": f"key-of-browser-{n}",
    }


@pytest.fixture
def said(forum: Forum, texting: TestClient, clock: Clock) -> dict[str, dict[str, str]]:
    """Everybody says something by text and something on the web, minutes apart; what their browsers told."""
    rows = "".join(f"Member {n},{number(n)}\n" for n in PEOPLE)
    csv = {"Content-Type": "text/csv"}
    scope = "members:import"
    forum.as_operator("members", "POST", "/imports/members", scope, content=f"name,phone\n{rows}", headers=csv)
    forum.tell()
    told = {}
    first = Phone(texting)
    for n in PEOPLE:
        told[number(n)] = seen_by_a_server(n, forum)
        Phone(texting, number(n), first.ids).text(f"Remark {n} came by text.")
        clock.go_on(minutes=3)
        remark = {"text": f"Remark {n} came by web.", "mood": "good"}
        assert forum.clients["feedback"].post("/remarks", json=remark, headers=told[number(n)]).status_code == 201
        clock.go_on(minutes=4)
    forum.tell()
    return told


def columns_of(sessions: Sessions) -> Iterator[tuple[str, list[str]]]:
    """Every column of a database with the values in it, as text."""
    with sessions() as session:
        connection = session.connection()
        for table in inspect(connection).get_table_names():
            cells = defaultdict(list)
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():
                for column, value in row.items():
                    cells[f"{table}.{column}"].append("" if value is None else str(value))
            yield from cells.items()


def joins(sessions: Database) -> Mapping[str, set[str]]:
    """Columns of feedback and others that hold a same value, if that tells one remark from another."""
    elsewhere = defaultdict(set)
    for service in ELSEWHERE:
        for column, values in columns_of(sessions(service)):
            for value in filter(None, values):
                elsewhere[value].add(f"{service}.{column}")
    found = defaultdict(set)
    for column, values in columns_of(sessions("feedback")):
        if len(set(values)) > 1:
            found[column] |= {other for value in values for other in elsewhere[value]}
    return {column: others for column, others in found.items() if others}


def test_d26_no_value_beside_a_remark_is_anywhere_else(said: dict[str, dict[str, str]], sessions: Database):
    with sessions("feedback")() as session:
        assert len(session.scalars(select(Remark)).all()) == 2 * len(PEOPLE)
    assert joins(sessions) == {}


def test_d26_one_value_that_leads_back_would_be_found(said: dict[str, dict[str, str]], sessions: Database):
    with sessions("chat")() as session:
        index = session.scalars(select(Contact.address_index)).first()
    with sessions("feedback").begin() as session:
        one = session.scalars(select(Remark.id)).first()
        session.execute(update(Remark).where(Remark.id == one).values(answer=index))
    assert joins(sessions)["remarks.answer"] >= {"chat.contacts.address_index", "members.addresses.blind_index"}


def test_d26_remarks_keep_nothing_of_the_request_that_brought_them(
    said: dict[str, dict[str, str]], forum: Forum, sessions: Database
):
    told = {value for headers in said.values() for value in headers.values()}
    told |= {str(forum.member(phone)[0]) for phone in said} | {"203.0.113.", "Telephone/"}
    kept = "\n".join(dump(sessions("feedback")).values())
    assert "came by web" in kept
    assert [each for each in told if each in kept] == []


def test_d26_remarks_have_ids_without_an_order_and_a_day_without_a_time(
    said: dict[str, dict[str, str]], sessions: Database, clock: Clock
):
    with sessions("feedback")() as session:
        remarks = session.scalars(select(Remark)).all()
    assert {UUID(str(remark.id)).version for remark in remarks} == {4}
    assert {remark.day for remark in remarks} == {clock().date()}
    assert set(Remark.__table__.columns.keys()) == {"id", "receipt_hash", "text", "mood", "day", "answer"}

"""A service as small as can be, to try what all services do alike."""

from threading import Event
from typing import Annotated
from uuid import UUID, uuid4

import httpx2
from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import select, text

from shared.auth import Caller
from shared.contracts.members import GroupLeft
from shared.errors import Conflict
from shared.messaging import publish
from shared.messaging.tables import OutboxRow
from shared.pages import Page, page_of
from shared.web import CurrentCaller, InTransaction, Now, requires, router

MADE = """CREATE TABLE things (id int PRIMARY KEY, twin int NOT NULL,
          FOREIGN KEY (twin) REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED)"""


class Thing(BaseModel):
    """Refers to its twin, which is checked when the transaction is committed and not before."""

    id: int
    twin: int


class FullError(Conflict):
    code = "full"
    title = "It is full."


class WrongGuessError(FullError):
    keeps = True


class Slow:
    """Lets a request be in the middle of its work for as long as a test likes."""

    def __init__(self) -> None:
        self.begun, self.go_on = Event(), Event()
        self.go_on.set()


def routes(slow: Slow) -> APIRouter:
    things = router()

    @things.post("/things", status_code=201)
    def make(thing: Thing, session: InTransaction, now: Now) -> Thing:
        session.execute(text("INSERT INTO things VALUES (:id, :twin)"), thing.model_dump())
        publish(session, GroupLeft(member_id=uuid4(), group_id=uuid4()), now=now)
        slow.begun.set()
        assert slow.go_on.wait(30)
        return thing

    @things.get("/things")
    def count(session: InTransaction) -> int:
        return session.execute(text("SELECT count(*) FROM things")).scalar_one()

    @things.post("/refused", status_code=201)
    def refuse(session: InTransaction) -> None:
        session.execute(text("INSERT INTO things VALUES (99, 99)"))
        raise FullError("Ask for another.", places_left=0)

    @things.post("/guessed", status_code=201)
    def refuse_and_remember(session: InTransaction) -> None:
        session.execute(text("INSERT INTO things VALUES (97, 97)"))
        raise WrongGuessError("Guess again.")

    @things.post("/broken")
    def break_down(session: InTransaction) -> None:
        session.execute(text("INSERT INTO things VALUES (98, 98)"))
        raise ZeroDivisionError

    @things.get("/messages")
    def listed(session: InTransaction, limit: int = 50, after: str | None = None) -> Page[UUID]:
        keys = (OutboxRow.created_at, OutboxRow.id)
        rows, following = page_of(session, select(OutboxRow), keys, after=after, limit=limit)
        return Page(items=[row.id for row in rows], next=following)

    @things.get("/who")
    def who(caller: CurrentCaller) -> str:
        return caller.issuer if caller else "anyone"

    @things.get("/for-chat")
    def for_chat(caller: Annotated[Caller, requires("stops:write")]) -> str:
        return caller.issuer

    return things


def is_problem(answer: httpx2.Response, status: int) -> bool:
    body = answer.json()
    return (
        answer.status_code == status == body["status"]
        and answer.headers["content-type"] == "application/problem+json"
        and body["type"].startswith("urn:afterhours:")
        and bool(body["title"])
        and answer.headers["x-request-id"] == body["request_id"]
    )

"""Two sources and two subscribers that do nothing but count. All else is the product's own code.

Each source hears requests by HTTP and publishes one message for each; each subscriber writes down what it heard.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.routing import Mount

from shared.auth import SCOPES, Signer
from shared.clock import clock_from
from shared.contracts.message import Message
from shared.contracts.routes import Routes
from shared.db import Base, connect, session_factory
from shared.ids import new_id
from shared.messaging import HttpSource, LogReader, Subscriber, on, publish
from shared.messaging.log import start_log
from shared.settings import CommonSettings
from shared.web import InTransaction, Now, create_app, router
from shared.worker import ServiceWork, Work

SOURCES = ("alpha", "beta")
SUBSCRIBERS = ("gamma", "delta")
POOL = 8

WRITE_DOWN = text("INSERT INTO effects (source, n) VALUES (:source, :n)")


class Counted(Message):
    """Something that was counted."""

    subject_field: ClassVar[str] = "thing_id"
    thing_id: UUID
    n: int


class AlphaCounted(Counted):
    """Counted by alpha."""

    kind: ClassVar[str] = "alpha.counted.v1"


class BetaCounted(Counted):
    """Counted by beta."""

    kind: ClassVar[str] = "beta.counted.v1"


MESSAGES: Mapping[str, type[Counted]] = {"alpha": AlphaCounted, "beta": BetaCounted}
ROUTES: Routes = dict.fromkeys(MESSAGES.values(), SUBSCRIBERS)

THINGS = "CREATE TABLE things (n bigint PRIMARY KEY)"
EFFECTS = """CREATE TABLE effects (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, source text, n bigint, at timestamptz DEFAULT clock_timestamp()
)"""


def make_tables(url: str, name: str) -> None:
    """The tables every service has, and the one of its own."""
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(text(THINGS if name in SOURCES else EFFECTS))
        start_log(session)
        session.commit()
    engine.dispose()


class Thing(BaseModel):
    """What is to be counted."""

    n: int


def create_web() -> Starlette:
    """Both sources in one process, each at its own path."""
    return Starlette(routes=[Mount(f"/{name}", create_source(name)) for name in SOURCES])


def create_source(name: str) -> FastAPI:
    """The HTTP side of a source."""
    things = router()

    @things.post("/things", status_code=201)
    def count(thing: Thing, session: InTransaction, now: Now) -> Thing:
        session.execute(text("INSERT INTO things VALUES (:n)"), {"n": thing.n})
        publish(session, MESSAGES[name](thing_id=new_id(), n=thing.n), now=now)
        return thing

    sessions = session_factory(connect(os.environ[f"URL_{name.upper()}"], pool_size=POOL))
    return create_app(name, [things], CommonSettings(), sessions=sessions, log=LogReader(name, ROUTES))


def create_work(name: str) -> ServiceWork:
    """What a source or a subscriber does behind its API."""
    settings = CommonSettings()
    sessions, clock = session_factory(connect(os.environ[f"URL_{name.upper()}"], pool_size=POOL)), clock_from(0)
    subscriber = None
    if name in SUBSCRIBERS:
        signer = Signer("operator", os.environ["OPERATOR_KEY"])
        assert "operator" in SCOPES["messages:read"]
        hears = [on(message, _write_down(source)) for source, message in MESSAGES.items()]
        subscriber = Subscriber(name, sessions, hears, HttpSource(name, settings, signer), clock)
    return ServiceWork(Work(name, sessions, clock), (), subscriber, routes=ROUTES)


def create_works(names: Sequence[str]) -> list[ServiceWork]:
    """Several in one process."""
    return [create_work(name) for name in names]


def _write_down(source: str):
    def write_down(session: Session, message: Counted, now: datetime) -> None:
        session.execute(WRITE_DOWN, {"source": source, "n": message.n})

    return write_down

"""One request is followed through services: by its id in their logs, and by its trace where traces are exported."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from fastapi import APIRouter, Request
from fastapi.testclient import TestClient
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.clients import ServiceApi
from shared.contracts.members import GroupLeft
from shared.db import Sessions
from shared.ids import new_id
from shared.messaging import Handlers, on, publish
from shared.messaging.envelope import Envelope
from shared.messaging.tables import OutboxRow
from shared.settings import CommonSettings
from shared.telemetry import JsonLines, continued_trace, current_traceparent
from shared.testing.keys import Keyring
from shared.web import InTransaction, Now, create_app, router

LEFT = GroupLeft(member_id=new_id(), group_id=new_id())


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """What is exported while tracing is on."""
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    # The real way to set it works once in a process.
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    yield exporter
    provider.shutdown()


@pytest.fixture
def seen() -> list[dict[str, str]]:
    """The headers of the requests that reached the service behind."""
    return []


@pytest.fixture
def front(sessions: Callable[[str], Sessions], keys: Keyring, seen: list[dict[str, str]]) -> Iterator[TestClient]:
    """A service whose one route says something and asks another service."""
    settings = CommonSettings(trusted_keys=keys.trusted)
    behind, ahead = APIRouter(), router()

    @behind.get("/asked")
    def asked(request: Request) -> int:
        seen.append(dict(request.headers))
        return 7

    with TestClient(create_app("members", [behind], settings)) as other:
        api = ServiceApi("members", "http://members", keys.signer("feedback"), transport=other._transport)

        @ahead.get("/ask")
        def ask(session: InTransaction, now: Now) -> int:
            publish(session, LEFT, now=now)
            return int(api.get("/asked"))

        with TestClient(create_app("feedback", [ahead], settings, sessions=sessions("feedback"))) as client:
            yield client


def envelope(db: Sessions) -> Envelope:
    with db() as session:
        row = session.scalars(select(OutboxRow)).one()
        return Envelope(
            id=row.id,
            source="/feedback",
            type=row.kind,
            subject=row.subject,
            time=row.created_at,
            position=1,
            traceparent=row.traceparent,
            data=row.data,
        )


def test_one_request_is_one_trace_through_services_and_messages(
    front: TestClient,
    sessions: Callable[[str], Sessions],
    exporter: InMemorySpanExporter,
    clock: Callable[[], datetime],
):
    assert front.get("/ask").json() == 7
    with sessions("feedback")() as session:
        Handlers([on(GroupLeft, ignore)]).run(session, envelope(sessions("feedback")), clock())
    called, asked, heard = exporter.get_finished_spans()
    assert [span.name for span in (asked, called, heard)] == ["GET feedback", "GET members", GroupLeft.kind]
    assert asked.parent is None
    assert parent_of(called) == parent_of(heard) == (asked.context and (asked.context.trace_id, asked.context.span_id))
    assert asked.attributes == {"http.route": "/ask", "http.response.status_code": 200}


def ignore(session: Session, message: GroupLeft, now: datetime) -> None:
    """Hear it and do nothing."""


def parent_of(span: ReadableSpan) -> tuple[int, int] | None:
    return span.parent and (span.parent.trace_id, span.parent.span_id)


def test_an_error_is_exported_without_its_words(exporter: InMemorySpanExporter):
    def fail() -> None:
        with continued_trace(None, "a job"):
            raise ValueError("words that a member wrote")

    with pytest.raises(ValueError, match="words"):
        fail()
    (span,) = exporter.get_finished_spans()
    assert span.status.description == "ValueError"
    assert "words" not in span.to_json()


def test_nothing_begins_a_trace_while_none_are_exported(front: TestClient, seen: list[dict[str, str]]):
    front.get("/ask")
    assert "traceparent" not in seen[0]
    with continued_trace(None, "a job"):
        assert current_traceparent() is None


def test_the_id_of_a_request_travels(front: TestClient, seen: list[dict[str, str]]):
    answer = front.get("/ask", headers={"X-Request-Id": "the-same-request"})
    assert answer.headers["X-Request-Id"] == "the-same-request"
    assert seen[0]["x-request-id"] == "the-same-request"
    given = front.get("/ask").headers["X-Request-Id"]
    assert seen[1]["x-request-id"] == given


def test_an_error_is_logged_by_its_class_and_place_without_its_words():
    words = "my sister is ill"

    def understand() -> None:
        try:
            int(words)
        except ValueError as error:
            raise KeyError(words) from error

    try:
        understand()
    except KeyError:
        record = logging.LogRecord("tests", logging.ERROR, __file__, 1, "a handler failed", (), sys.exc_info())
    line = JsonLines().format(record)
    told = json.loads(line)["error"].splitlines()
    assert "builtins.ValueError" in told
    assert told[-1] == "builtins.KeyError"
    assert any(each.endswith("in understand") for each in told)
    assert words not in line

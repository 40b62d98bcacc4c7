"""Logs as JSON lines, and ids that follow a request or a message. Metrics stand beside what they count."""

import json
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
message_id: ContextVar[str | None] = ContextVar("message_id", default=None)

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line; whatever was passed as `extra` becomes a field."""

    def format(self, record: logging.LogRecord) -> str:
        """The line for one record. A traceback is one field, so that a line stays a line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in record.__dict__.items() if key not in _STANDARD}
        if (request := request_id.get()) is not None:
            line["request_id"] = request
        if (message := message_id.get()) is not None:
            line["message_id"] = message
        if record.exc_info and record.exc_info[1]:
            line["error"] = without_words(record.exc_info[1])
        return json.dumps(line, default=str, ensure_ascii=False)


def without_words(error: BaseException) -> str:
    """The classes of an error and of its causes, and where they were raised. Their words may hold what people wrote."""
    told: list[str] = []
    known: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in known:
        known.add(id(following))
        frames = "".join(traceback.extract_tb(following.__traceback__).format())
        told.insert(0, f"{frames}{type(following).__module__}.{type(following).__qualname__}")
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return "\n\n".join(told)


def start_logging(level: str = "INFO") -> None:
    """Send everything that is logged to standard error, as JSON lines. SQL and requests to others stay quiet."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # These write addresses, numbers or whole requests at INFO, and none of that may be in a log.
    for name in ("httpx2", "httpcore2", "twilio", "urllib3", "sqlalchemy.engine", "uvicorn.access", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # This writes the words of an error, and what a task was given; `shared.worker` says that a task failed.
    logging.getLogger("celery.app.trace").setLevel(logging.CRITICAL)


def start_tracing(service: str, endpoint: str | None) -> None:
    """Export OpenTelemetry traces to an OTLP endpoint; without one, nothing is recorded and nothing imported."""
    if not endpoint:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)


def current_traceparent() -> str | None:
    """The W3C `traceparent` of what is going on, to be carried by a message; None when nothing is traced."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def headers_to_follow() -> dict[str, str]:
    """What a call to another service carries, so that its log and its spans are found with those of this request."""
    found = {"traceparent": current_traceparent(), "X-Request-Id": request_id.get()}
    return {name: value for name, value in found.items() if value is not None}


@contextmanager
def continued_trace(traceparent: str | None, name: str) -> Iterator[None]:
    """Run as a part of the trace that a message or request carried here, or as the beginning of one.

    Of an error only its class is exported: its words may hold what people wrote.
    """
    if traceparent is None and not _is_tracing():
        yield
        return
    context = TraceContextTextMapPropagator().extract({"traceparent": traceparent}) if traceparent else None
    tracer = trace.get_tracer("afterhours")
    with tracer.start_as_current_span(
        name, context=context, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except Exception as error:
            span.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise


def describe_span(attributes: Mapping[str, str | int]) -> None:
    """Say more of what is traced now; never a path, a query or a word that people wrote."""
    trace.get_current_span().set_attributes(attributes)


def _is_tracing() -> bool:
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)

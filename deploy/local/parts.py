"""The services by name, imported only when a process runs them: an image's role loads what it needs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from deploy.local.refusal import Refusal
from deploy.local.secret_list import DATABASES, SERVICES

ALL = "all"
# Web and its own session are no part of the message flow; every service with a database has work behind it.
WORKERS = DATABASES


def named(names: Sequence[str], known: Sequence[str] = SERVICES) -> tuple[str, ...]:
    """The services that were asked for, each once, in the order of the list."""
    unknown = [name for name in names if name not in (*known, ALL)]
    if unknown:
        raise Refusal(f"There is no {unknown[0]!r} here. Choose from: {', '.join(known)}, or {ALL}.", code=2)
    return tuple(name for name in known if ALL in names or name in names)


def made(service: str, module: str) -> Any:
    """What `create()` of a service's module returns; it reads its settings."""
    with settings_refused(service):
        return import_module(f"services.{service}.{module}").create()


@contextmanager
def settings_refused(service: str) -> Iterator[None]:
    """Turn a missing or unusable setting into one line that names it as the environment does."""
    from pydantic import ValidationError

    try:
        yield
    except ValidationError as error:
        told = []
        for problem in error.errors():
            name = str(problem["loc"][0])
            # A name in capitals is common to all; the others are the service's own, and carry its prefix.
            name = name if name.isupper() else f"{service}_{name}".upper()
            told.append(f"{name} is not set" if problem["type"] == "missing" else f"{name}: {problem['msg']}")
        raise Refusal(
            f"{service} cannot start: {'; '.join(told)}. A value may also be in a file, by NAME_FILE."
        ) from error

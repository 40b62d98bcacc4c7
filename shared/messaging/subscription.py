"""A row of a service's table of what it hears."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shared.contracts.message import Message


@dataclass(frozen=True)
class Subscription:
    """What is called for a kind of message, in the transaction that moves the cursor past it."""

    message: type[Message]
    handle: Callable[[Session, Any, datetime], None]


def on[M: Message](message: type[M], handle: Callable[[Session, M, datetime], None]) -> Subscription:
    """Pair a message with its handler; mypy refuses a handler that takes another message."""
    return Subscription(message, handle)

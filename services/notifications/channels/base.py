"""What every channel does: send many, say what became of each, and find out about one that may have left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.notifications.words import Words


class Outcome(StrEnum):
    """What became of one try."""

    ACCEPTED = "accepted"
    RETRY = "retry"  # nothing left; try again later
    REFUSED = "refused"  # it will never be taken
    DEAD = "dead"  # the address does not work any more
    STOPPED = "stopped"  # the provider holds a STOP from this address
    AMBIGUOUS = "ambiguous"  # it may have left: ask before trying again


@dataclass(frozen=True)
class Parcel:
    """One thing to send. `reference` is ours, and is given to the provider where it takes one."""

    reference: UUID
    address: str
    words: Words


@dataclass(frozen=True)
class Result:
    """What became of a parcel. `error` is the provider's code, never its words: those may hold the address."""

    reference: UUID
    outcome: Outcome
    provider_id: str | None = None
    error: str | None = None


class Channel(Protocol):
    """One way to reach people. An adapter is one file and one row in the table of `channels`."""

    name: str

    def send(self, parcels: Sequence[Parcel]) -> list[Result]:
        """Try each parcel once; never raises for one of them."""

    def look_up(self, parcel: Parcel, since: datetime, /) -> Result | None:
        """What became of a parcel that may have left after `since`; None when this channel cannot tell."""

    def close(self) -> None:
        """Let connections go."""

"""What is handed to a channel, and what it answers."""

from dataclasses import dataclass
from enum import StrEnum
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

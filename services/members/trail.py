"""The mathematics of the audit trail: a chain of keyed hashes, in which one changed byte shows.

Every entry's hash covers the one before it, so that none can be changed, moved, added or left out; a seal over the last
one shows that the end was not cut off. The key is not in the database: who can write there cannot make them fit again.
What it cannot show is a whole database put back as it was: note `Verdict.last` elsewhere, where that matters.
"""

import hashlib
import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

START = bytes(32)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(at: datetime) -> str:
    """A time as entries are hashed with it, and as PostgreSQL tells it too: seconds since 1970, to the microsecond."""
    seconds, micros = divmod((at - EPOCH) // timedelta(microseconds=1), 1_000_000)
    return f"{seconds}.{micros:06}"


@dataclass(frozen=True)
class Fact:
    """What an entry says. `at` is as `moment` tells it; subjects are an audit id and a channel each, in any order."""

    position: int
    at: str
    actor: str
    action: str
    reason: str
    subjects: Collection[tuple[UUID, str]]


@dataclass(frozen=True)
class Ends:
    """Where the chain ends, and after which entry it begins: earlier ones were old and are gone."""

    position: int
    hash: bytes
    cut_position: int
    cut_hash: bytes


@dataclass(frozen=True)
class Link:
    """An entry as it is kept: what it says, the hash it names as the one before, and its own."""

    fact: Fact
    previous: bytes
    hash: bytes


class Chain:
    """Hashes entries and seals ends."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def hash(self, previous: bytes, fact: Fact) -> bytes:
        """The hash of an entry that follows the one with the hash `previous`."""
        subjects = sorted((subject.hex, channel) for subject, channel in fact.subjects)
        said = (fact.position, fact.at, fact.actor, fact.action, fact.reason, subjects)
        return self._mac("entry", previous.hex(), *said)

    def follows(self, link: Link, position: int, previous: bytes) -> bool:
        """Whether an entry is as it was written, right after the one at `position` with the hash `previous`."""
        expected = (position + 1, previous, self.hash(previous, link.fact))
        return (link.fact.position, link.previous, link.hash) == expected

    def seal(self, ends: Ends) -> bytes:
        """The seal of the chain's two ends."""
        return self._mac("ends", ends.position, ends.hash.hex(), ends.cut_position, ends.cut_hash.hex())

    def _mac(self, *said: object) -> bytes:
        # JSON says where each part begins and ends, and says the same thing in one way only.
        return hmac.digest(self._key, json.dumps(said).encode(), hashlib.sha256)

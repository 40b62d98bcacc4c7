"""What is in the database, read by plain SQL."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_DATES = """SELECT id, activity_id, group_id, slot, starts, starts_at, ends_at, status = 'cancelled' AS is_off, capacity,
going, held FROM occurrences WHERE {} ORDER BY starts_at, activity_id, slot"""
_ANSWERS = "SELECT occurrence_id, member_id, answer, others FROM rsvps WHERE occurrence_id = ANY(:ids)"
_LINE = (
    "SELECT occurrence_id, member_id, number, others, offered_until, lot FROM waiting WHERE occurrence_id = ANY(:ids)"
)


@dataclass(frozen=True)
class DateRow:
    """A date as it is stored."""

    id: UUID
    activity_id: UUID
    group_id: UUID
    slot: str
    starts: datetime
    starts_at: datetime
    ends_at: datetime
    is_off: bool
    capacity: int | None
    going: int
    held: int


@dataclass(frozen=True)
class PartyRow:
    """A party in a line as it is stored."""

    number: int
    places: int
    until: datetime | None
    lot: str | None


@dataclass(frozen=True)
class People:
    """Who said what to a date, in places, and who waits for it."""

    answers: Mapping[UUID, int]
    line: Mapping[UUID, PartyRow]


def read_dates(session: Session, where: str, **values: Any) -> list[DateRow]:
    return [DateRow(*row) for row in session.execute(text(_DATES.format(where)), values)]


def read_people(session: Session, ids: Iterable[UUID]) -> Mapping[UUID, People]:
    """Of each of these dates."""
    asked = {"ids": list(ids)}
    answers: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    line: dict[UUID, dict[UUID, PartyRow]] = defaultdict(dict)
    for date, member, answer, others in session.execute(text(_ANSWERS), asked):
        answers[date][member] = _places(others) if answer == "going" else 0
    for date, member, number, others, until, lot in session.execute(text(_LINE), asked):
        line[date][member] = PartyRow(number, _places(others), until, lot)
    return {each: People(answers[each], line[each]) for each in asked["ids"]}


def _places(others: Mapping[str, int]) -> int:
    return 1 + sum(others.values())

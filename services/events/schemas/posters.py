from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import BaseModel

from services.events.models import Occurrence, Status
from services.events.poster_week import when_words
from services.events.schemas.cards import Card
from services.events.schemas.programme import GroupView


class Room(StrEnum):
    """Whether there is a place. How many are left is old news on a wall."""

    ROOM = "room"
    FULL = "full: ask to wait"


class PosterEvening(BaseModel):
    """Something on a poster. What is `off` is still there, to be crossed out."""

    group: GroupView
    title: str
    when: str
    place: str
    room: Room
    off: bool
    tentative: bool
    card: Card

    @classmethod
    def of(cls, occurrence: Occurrence) -> Self:
        """It, with its times in words."""
        return cls(
            group=GroupView.model_validate(occurrence.group),
            title=occurrence.title,
            when=when_words(occurrence.starts, occurrence.ends, all_day=occurrence.all_day),
            place=occurrence.place,
            room=Room.ROOM if occurrence.places_left is None or occurrence.places_left > 0 else Room.FULL,
            off=occurrence.is_cancelled,
            tentative=occurrence.status == Status.TENTATIVE,
            card=Card.model_validate(occurrence.card),
        )


class PosterDay(BaseModel):
    """A day of the week, also one with nothing on."""

    day: date
    words: str
    evenings: list[PosterEvening]


class Poster(BaseModel):
    """A week to print: `week` is its name as in `2026-W48`, `group` null for the whole programme."""

    week: str
    group: GroupView | None
    days: list[PosterDay]


class FreeEvening(BaseModel):
    """An evening on which the group has nothing yet."""

    day: date
    words: str


class FreeEvenings(BaseModel):
    """The best first: on weekdays on which least is on elsewhere, and soon."""

    items: list[FreeEvening]

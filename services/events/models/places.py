from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Computed, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.events.errors.programme import CapacityTooSmall
from services.events.models.base import PROGRAMME, EventsBase
from services.events.waitlist import NEVER_ASKED, Priority
from shared.retention import kept_for


class Companion(StrEnum):
    """Whom a member brings: counted, never named."""

    BUDDY = "buddy"
    CARER = "carer"
    CHILD = "child"


Others = Mapping[Companion, int]
_WITH_OTHERS = "1 + " + " + ".join(f"COALESCE((others->>'{each}')::int, 0)" for each in Companion)


def places_for(others: Others) -> int:
    """How many places a member takes together with those they bring."""
    return 1 + sum(others.values())


class Rsvp(EventsBase):
    """What a member said about coming to an occurrence. A month after it, only its count is left.

    `others` counts whom they bring, by kind. `shown_as` is the name by which the others who come may see them, if any.
    """

    __tablename__ = "rsvps"
    __table_args__ = (
        Index("ix_rsvps_member_id", "member_id"),
        {"info": kept_for(days=30, since="occurrences.ends_at", by="occurrence_id")},
    )

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime]
    others: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    shown_as: Mapped[str | None] = mapped_column(Text)
    places: Mapped[int] = mapped_column(
        Computed(f"CASE WHEN answer = 'going' THEN {_WITH_OTHERS} ELSE 0 END", persisted=True)
    )


class Waiting(EventsBase):
    """A party in the line for an occurrence. While `offered_until` is to come, places are held for them.

    `number` is the order of asking, `lot` what they drew where places are drawn. `passed` is the occurrence's `freed`
    when they let an offer go by: they are asked again when the next place comes free, in the order they always had.
    """

    __tablename__ = "waiting"
    __table_args__ = (
        Index("ix_waiting_member_id", "member_id"),
        {"info": kept_for(days=1, since="occurrences.ends_at", by="occurrence_id")},
    )

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity())
    others: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    places: Mapped[int] = mapped_column(Computed(_WITH_OTHERS, persisted=True))
    asked_at: Mapped[datetime]
    offered_until: Mapped[datetime | None]
    passed: Mapped[int] = mapped_column(server_default=text(str(NEVER_ASKED)))
    lot: Mapped[str | None] = mapped_column(Text)


class LineDraw(EventsBase):
    """That the order of a line was drawn, and the seed to draw it again with (`waitlist.lot_of`)."""

    __tablename__ = "line_draws"
    __table_args__ = {"info": PROGRAMME}

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id"), primary_key=True)
    seed: Mapped[str] = mapped_column(Text)
    drawn_at: Mapped[datetime]
    entrants: Mapped[int]


def draw_time(priority: str, draw_hours: int, starts_at: datetime) -> datetime | None:
    """When the places of an occurrence are drawn; None where they are not."""
    return starts_at - timedelta(hours=draw_hours) if priority == Priority.DRAW else None


class PlaceRules:
    """What an activity says of its places: how many each may bring, and who is asked when one comes free.

    `draw_hours`: where places are drawn, how long before the start.
    """

    most_others: Mapped[int] = mapped_column(default=2, server_default=text("2"))
    fills_room: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    priority: Mapped[str] = mapped_column(
        Text, default=Priority.FIRST_COME, server_default=text(f"'{Priority.FIRST_COME}'")
    )
    draw_hours: Mapped[int] = mapped_column(default=48, server_default=text("48"))


class PlaceCounts:
    """The places of an occurrence. Its row is the one lock for all that changes them.

    `held` are under offer, `waiting` how many are still to be asked, `freed` how often places came free, and
    `line_due` when the line has to be looked at next; None without a line. `came` is what a host counted.
    """

    capacity: Mapped[int | None]
    going: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    waiting: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    freed: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    line_due: Mapped[datetime | None]
    came: Mapped[int | None]

    @property
    def places_left(self) -> int | None:
        """How many anyone can still take; None when there is no limit. What the line is to be asked for is not left."""
        if self.capacity is None:
            return None
        return 0 if self.waiting else self.capacity - self.going - self.held

    def takes_more_than(self, capacity: int | None) -> bool:
        """Whether more places than that are taken or offered."""
        return capacity is not None and capacity < self.going + self.held

    def limit(self, capacity: int | None) -> None:
        """Say how many can come, None for as many as like; raises CapacityTooSmall."""
        if self.takes_more_than(capacity):
            raise CapacityTooSmall(_too_small(self.going, self.held))
        if self.capacity is not None and (capacity is None or capacity > self.capacity):
            self.freed += 1
        self.capacity = capacity


def _too_small(going: int, held: int) -> str:
    offered = f", and {held} more places are being offered until their time is over" if held else ""
    return f"{going} are coming{offered}. Give at least {going + held} places, or ask some of them to answer no first."

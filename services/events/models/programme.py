from dataclasses import replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.events.errors.programme import OccurrenceCancelled, OccurrenceOver, TimeUnusable
from services.events.models.activities import Activity
from services.events.models.base import PROGRAMME, WALL_TIME, EventsBase
from services.events.models.groups import Group
from services.events.models.places import PlaceCounts
from services.events.models.roles import RolesOfDate
from services.events.models.times import refuse_far_away, refuse_unusable
from services.events.programme_diff import Facts
from services.events.wall_time import instant
from shared.ids import new_id


class Status(StrEnum):
    """Whether an occurrence is on."""

    SCHEDULED = "scheduled"
    TENTATIVE = "tentative"  # one may say yes, and hears when it is certain
    CANCELLED = "cancelled"


class Calendar(EventsBase):
    """The file a group's programme came from, kept because a rule without an end goes on where the import stopped."""

    __tablename__ = "calendars"
    __table_args__ = {"info": PROGRAMME}

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    timezone: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime]
    known_until: Mapped[date] = mapped_column(Date)


class Occurrence(PlaceCounts, RolesOfDate, EventsBase):
    """One date of an activity. It is its slot, never its start: moved to another day, it stays the same occurrence.

    `starts` and `ends` are what the clock on the wall shows in `timezone`; `starts_at` and `ends_at` the same in UTC.
    `imported` is what its source, a calendar file or the activity's own plan, last said of it: so what was done by hand
    is told from that. `card` holds what is known of the practical things, each by its name.
    """

    __tablename__ = "occurrences"
    __table_args__ = (
        # At the end of a transaction: when a rule changes, slots take the places of others.
        UniqueConstraint("activity_id", "slot", deferrable=True, initially="DEFERRED"),
        CheckConstraint("going >= 0", "going"),
        CheckConstraint("held >= 0", "held"),
        CheckConstraint("going + held <= capacity", "capacity"),
        Index("ix_occurrences_starts_at_id", "starts_at", "id"),
        Index("ix_occurrences_group_id_ends_at", "group_id", "ends_at"),
        Index("ix_occurrences_line_due", "line_due", postgresql_where=text("line_due IS NOT NULL")),
        {"info": PROGRAMME},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activities.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    slot: Mapped[str] = mapped_column(Text)
    starts: Mapped[datetime] = mapped_column(WALL_TIME)
    ends: Mapped[datetime] = mapped_column(WALL_TIME)
    timezone: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    all_day: Mapped[bool]
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(default=0)
    card: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    # When others were last told of it: what calendars are told, too.
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    imported: Mapped[dict[str, Any]] = mapped_column(deferred=True)

    # Never loaded one by one: a query that shows groups says so.
    group: Mapped[Group] = relationship(lazy="raise", viewonly=True)

    @classmethod
    def new(cls, activity: Activity, slot: str, facts: Facts) -> Self:
        """A new one, as its source has it."""
        occurrence = cls(
            id=new_id(),
            activity_id=activity.id,
            group_id=activity.group_id,
            sequence=0,
            going=0,
            held=0,
            waiting=0,
            freed=0,
        )
        occurrence.take(slot, facts, facts)
        return occurrence

    @property
    def facts(self) -> Facts:
        """What is said of it now."""
        return Facts(
            starts=_with_fold(self.starts, self.starts_at, self.timezone),
            ends=_with_fold(self.ends, self.ends_at, self.timezone),
            all_day=self.all_day,
            timezone=self.timezone,
            title=self.title,
            summary=self.summary,
            place=self.place,
            cancelled=self.is_cancelled,
            tentative=self.status == Status.TENTATIVE,
            capacity=self.capacity,
            card=self.card,
        )

    @property
    def is_cancelled(self) -> bool:
        """Whether it was called off."""
        return self.status == Status.CANCELLED

    def take(self, slot: str, facts: Facts, imported: Facts) -> None:
        """Become what its source makes of it."""
        self.slot, self.imported = slot, imported.as_json()
        self.tell(facts)

    def tell(self, facts: Facts) -> None:
        """Say this of it from now on; the instants follow the clock on the wall."""
        self.starts, self.ends, self.timezone = facts.starts, facts.ends, facts.timezone
        self.starts_at, self.ends_at, self.all_day = facts.starts_at, facts.ends_at, facts.all_day
        self.title, self.summary, self.place = facts.title, facts.summary, facts.place
        self.limit(facts.capacity)
        self.card = dict(facts.card)
        on = Status.TENTATIVE if facts.tentative else Status.SCHEDULED
        self.status = Status.CANCELLED if facts.cancelled else on

    def refuse_unless_on(self, now: datetime) -> None:
        """Raises OccurrenceOver or OccurrenceCancelled: what is not on can be neither changed nor answered."""
        refuse_unless_on(self.status, self.ends_at, now)

    def cancel(self, now: datetime) -> bool:
        """Call it off; False when it already was. Raises OccurrenceOver."""
        if self.is_cancelled:
            return False
        refuse_unless_on(self.status, self.ends_at, now)
        self.status = Status.CANCELLED
        return True

    def move(self, starts: datetime, ends: datetime | None, now: datetime) -> None:
        """Give it another time, as long as before unless `ends` says otherwise; raises TimeUnusable.

        A whole day stays one only from midnight to midnight.
        """
        refuse_far_away(starts)
        ends = ends or starts + (self.ends - self.starts)
        refuse_unusable(starts, ends, self.timezone)
        if starts != self.starts and instant(starts, self.timezone) <= now:
            raise TimeUnusable(f"{starts:%H:%M on %d %B %Y} is past. Give a start that is still to come.")
        if instant(ends, self.timezone) < now:
            raise TimeUnusable(f"It would end at {ends:%H:%M on %d %B %Y}, which is past. Give a later `ends`.")
        self.all_day = self.all_day and starts.time() == ends.time() == time()
        self.tell(replace(self.facts, starts=starts, ends=ends, all_day=self.all_day))


def refuse_unless_on(status: str, ends_at: datetime, now: datetime) -> None:
    """Raises OccurrenceOver or OccurrenceCancelled."""
    refuse_over(ends_at, now)
    if status == Status.CANCELLED:
        raise OccurrenceCancelled("Look at what is on for the next one.")


def refuse_over(ends_at: datetime, now: datetime) -> None:
    """Raises OccurrenceOver."""
    if ends_at <= now:
        raise OccurrenceOver("Look at what is on for the next one.")


def _with_fold(wall: datetime, at: datetime, timezone: str) -> datetime:
    """The wall time as it was meant, where the clock shows it twice that night."""
    return wall.replace(fold=int(instant(wall, timezone) != at))

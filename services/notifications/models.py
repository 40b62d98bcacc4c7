from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, Date, Index, SmallInteger, Text, Time, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db import COLUMN_TYPES, service_metadata
from shared.ids import new_id
from shared.retention import kept_for, kept_while_member, kept_while_used


class NotificationsBase(DeclarativeBase):
    metadata = service_metadata()
    type_annotation_map = COLUMN_TYPES


class State(StrEnum):
    """How far a notification has come. The order is the rank: a receipt never takes one back to an earlier rank."""

    PLANNED = "planned"
    DUE = "due"  # its time has come, and it waits to be tried again
    CLAIMED = "claimed"
    UNKNOWN = "unknown"  # it may have left: ask the provider before trying again
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"


WAITING = (State.PLANNED, State.DUE)
SENT = (State.ACCEPTED, State.DELIVERED)
RANK = {
    State.PLANNED: 0,
    State.DUE: 1,
    State.CLAIMED: 2,
    State.UNKNOWN: 3,
    State.ACCEPTED: 4,
    State.DELIVERED: 5,
    State.FAILED: 5,
    State.EXPIRED: 6,
    State.SUPPRESSED: 6,
}


class Lane(StrEnum):
    """Which queue carries it. Urgent work has slots of its own, so that it never waits behind a mailing."""

    URGENT = "urgent"
    REMINDERS = "reminders"
    BULK = "bulk"


class Recipient(NotificationsBase):
    """How a member likes to be reached: a copy of what members says. `stopped`: they texted STOP.

    `consents`: the channels that each purpose may use. `paused_until`: when news and asks may come again.
    """

    __tablename__ = "recipients"
    __table_args__ = {"info": kept_while_member()}

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    channels: Mapped[list[str]]
    quiet_from: Mapped[time] = mapped_column(Time)
    quiet_until: Mapped[time] = mapped_column(Time)
    timezone: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    stopped: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    consents: Mapped[dict[str, list[str]]] = mapped_column(JSONB, server_default=text("'{}'"))
    paused_until: Mapped[date | None] = mapped_column(Date)
    asks_a_month: Mapped[int] = mapped_column(SmallInteger, default=2, server_default=text("2"))


class Occurrence(NotificationsBase):
    """What this service must know of one date of an activity: a copy of what events says."""

    __tablename__ = "occurrences"
    __table_args__ = {"info": kept_for(days=90, since="ends_at")}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    group_id: Mapped[UUID]
    title: Mapped[str | None] = mapped_column(Text)
    place: Mapped[str | None] = mapped_column(Text)
    starts: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=False))
    ends: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=False))
    timezone: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    all_day: Mapped[bool] = mapped_column(Boolean)
    cancelled: Mapped[bool] = mapped_column(Boolean, default=False)


class Going(NotificationsBase):
    """A member is coming to an occurrence. Whoever is not coming has no row."""

    __tablename__ = "going"
    __table_args__ = {"info": kept_for(days=30, since="occurrences.ends_at", by="occurrence_id")}

    occurrence_id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)


class Notification(NotificationsBase):
    """Something a person should receive, once.

    `rule` says why; while one waits there is no second for the same person, occurrence and rule. `breaks_through`:
    quiet hours do not hold it back, because it is about what was to happen within hours. `attempt` counts claims:
    whoever records a result says which attempt it was, so a late worker cannot overwrite a later one's.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index(
            "uq_notifications_waiting",
            "member_id",
            "occurrence_id",
            "rule",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("state IN ('planned', 'due')"),
        ),
        Index("ix_notifications_due", "lane", "due_at", postgresql_where=text("state IN ('planned', 'due')")),
        Index("ix_notifications_leased", "lease_until", postgresql_where=text("state = 'claimed'")),
        Index("ix_notifications_unknown", "due_at", postgresql_where=text("state = 'unknown'")),
        Index("ix_notifications_member", "member_id", "due_at"),
        Index("ix_notifications_occurrence", "occurrence_id", postgresql_where=text("state IN ('planned', 'due')")),
        {"info": kept_for(days=90, since="due_at")},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID]
    occurrence_id: Mapped[UUID | None]
    rule: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    lane: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(Text, default=State.PLANNED, server_default=text("'planned'"))
    reason: Mapped[str | None] = mapped_column(Text)
    breaks_through: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    # What its code is worked out from. Such a one goes to the channel that it was asked for over, and to no other.
    challenge_id: Mapped[UUID | None]
    attempt: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    lease_until: Mapped[datetime | None]
    channel: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None]


class Delivery(NotificationsBase):
    """One try over one channel. Its id is the reference we give the provider.

    `left_at` is written before anything is sent: a try without it that was cut off did certainly not leave.
    """

    __tablename__ = "deliveries"
    __table_args__ = {"info": kept_for(days=90, since="notifications.due_at", by="notification_id")}

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    notification_id: Mapped[UUID] = mapped_column(index=True)
    attempt: Mapped[int] = mapped_column(SmallInteger)
    channel: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    provider_id: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)


class Receipt(NotificationsBase):
    """What a provider told us, as it came: each status of each message once, and nobody's number."""

    __tablename__ = "receipts"
    __table_args__ = {"info": kept_for(days=90, since="received_at")}

    provider: Mapped[str] = mapped_column(Text, primary_key=True)
    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    status: Mapped[str] = mapped_column(Text, primary_key=True)
    error: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime]


class Suppression(NotificationsBase):
    """An address said STOP, or START again. Rows are only ever added; the last one counts.

    Keyed by the vault's blind index, so that it survives the member being imported anew.
    """

    __tablename__ = "suppressions"
    __table_args__ = {"info": kept_while_used("a STOP is for good: it protects also who has gone, and names nobody")}

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    blind_index: Mapped[str] = mapped_column(Text, index=True)
    channel: Mapped[str] = mapped_column(Text)
    stopped: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime]

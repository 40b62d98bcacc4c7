from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import Date, ForeignKey, Index, SmallInteger, Text, Time, text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase, one_of
from services.members.models.vault import Channel
from services.members.names import NAMELESS
from shared.contracts.members import Duty
from shared.ids import new_id
from shared.retention import kept_for, kept_while_member

QUIET_FROM = time(21)
QUIET_UNTIL = time(9)
ASKS_A_MONTH = 2


class Member(MembersBase):
    """A person who takes part, by the name they choose. Nothing here says who they are to the world outside."""

    __tablename__ = "members"
    __table_args__ = {"info": kept_while_member()}

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, default="en")
    timezone: Mapped[str] = mapped_column(Text)
    preferred_channel: Mapped[Channel] = mapped_column(one_of(Channel))
    quiet_from: Mapped[time] = mapped_column(Time, default=QUIET_FROM)
    quiet_until: Mapped[time] = mapped_column(Time, default=QUIET_UNTIL)
    links_valid_from: Mapped[date] = mapped_column(Date)
    # Stands for the member in the audit trail, which so says nobody once they are gone.
    audit_id: Mapped[UUID] = mapped_column(unique=True, default=uuid4, server_default=text("gen_random_uuid()"))
    other_languages: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    interests: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    paused_until: Mapped[date | None] = mapped_column(Date)
    asks_a_month: Mapped[int] = mapped_column(
        SmallInteger, default=ASKS_A_MONTH, server_default=text(str(ASKS_A_MONTH))
    )

    @classmethod
    def begun(cls, name: str | None, preferred: Channel, timezone: str, now: datetime) -> Self:
        """Somebody new, of whom nothing else is known yet."""
        return cls(
            id=new_id(),
            name=name or NAMELESS,
            language="en",
            timezone=timezone,
            preferred_channel=preferred,
            quiet_from=QUIET_FROM,
            quiet_until=QUIET_UNTIL,
            asks_a_month=ASKS_A_MONTH,
            links_valid_from=now.date(),
        )

    def link_day(self, today: date) -> date:
        """The day that a link made today counts from."""
        return max(today, self.links_valid_from)

    def revoke_links(self, today: date) -> None:
        """Take back every link made so far, also today's: new ones count from a day that none of those knows."""
        self.links_valid_from = self.link_day(today) + timedelta(days=1)


class Use(StrEnum):
    """Whether somebody uses the service that the forum speaks of, or did."""

    CURRENT = "current"
    PAST = "past"


class Experience(MembersBase):
    """A member said whether they use the service. Rows are only ever added, and the last one counts."""

    __tablename__ = "experiences"
    __table_args__ = (Index(None, "member_id"), {"info": kept_while_member()})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    experience: Mapped[Use] = mapped_column(one_of(Use))
    said_at: Mapped[datetime]


class DutyGiven(MembersBase):
    """Somebody works for the programme. What a duty allows needs a session with a second factor."""

    __tablename__ = "duties"
    __table_args__ = {"info": kept_while_member()}

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), primary_key=True)
    duty: Mapped[Duty] = mapped_column(one_of(Duty), primary_key=True)
    given_at: Mapped[datetime]


HELP_LASTS = timedelta(minutes=30)


class Helping(MembersBase):
    """Somebody helps a member in person, with the member's card in hand, and acts for them until a time."""

    __tablename__ = "helping"
    __table_args__ = (
        Index(None, "helper_id", "member_id"),
        Index(None, "until"),
        {"info": kept_for(days=30, since="until")},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    helper_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    began_at: Mapped[datetime]
    until: Mapped[datetime]

    @classmethod
    def begun(cls, helper_id: UUID, member_id: UUID, now: datetime) -> Self:
        """From now on, for half an hour."""
        return cls(id=new_id(), helper_id=helper_id, member_id=member_id, began_at=now, until=now + HELP_LASTS)

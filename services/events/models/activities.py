from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.events.errors.activities import ActivityChanged, FromAFile
from services.events.models.base import PROGRAMME, WALL_TIME, EventsBase
from services.events.models.groups import Group
from services.events.models.places import PlaceRules
from services.events.models.roles import RolesOfActivity
from services.events.programme_diff import Facts
from services.events.series import Plan
from shared.ids import new_id
from shared.retention import kept_while_member


class Activity(PlaceRules, RolesOfActivity, EventsBase):
    """Something a group does, once or by a rule.

    `calendar` is the file that last spoke of it. One that members began has none, but a plan of its own: `starts` and
    `ends` are those of its first date, and `known_until` says how far an endless rule has been worked out.
    """

    __tablename__ = "activities"
    __table_args__ = (UniqueConstraint("group_id", "uid"), {"info": PROGRAMME})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    uid: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(Text)
    rule: Mapped[str | None] = mapped_column(Text)
    starts: Mapped[datetime | None] = mapped_column(WALL_TIME)
    ends: Mapped[datetime | None] = mapped_column(WALL_TIME)
    known_until: Mapped[date | None] = mapped_column(Date)
    tentative: Mapped[bool] = mapped_column(default=False, server_default=false())
    capacity: Mapped[int | None]
    card: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    version: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    # Never loaded one by one: a query that shows groups says so.
    group: Mapped[Group] = relationship(lazy="raise", viewonly=True)

    @classmethod
    def begun(cls, group_id: UUID, plan: Plan) -> Self:
        """A new one of the members' own."""
        activity_id = new_id()
        activity = cls(id=activity_id, group_id=group_id, uid=str(activity_id), calendar=None)
        activity.follow(plan)
        return activity

    @property
    def plan(self) -> Plan:
        """What its dates follow. Raises FromAFile where that is a calendar file."""
        if self.starts is None or self.ends is None:
            raise FromAFile("Change its dates one by one, or change the calendar file and import it again.")
        facts = Facts(
            starts=self.starts,
            ends=self.ends,
            all_day=False,
            timezone=self.timezone,
            title=self.title,
            summary=self.summary,
            place=self.place,
            cancelled=False,
            tentative=self.tentative,
            capacity=self.capacity,
            card=self.card,
        )
        return Plan(facts, self.rule)

    def refuse_unless_seen(self, seen: frozenset[int] | None) -> None:
        """Raises ActivityChanged for who saw another version of it, or of its rules for places; None saw any."""
        if seen is not None and self.version not in seen:
            raise ActivityChanged("Read it again, look at what changed, and send your change once more.")

    def follow(self, plan: Plan) -> None:
        """Have another plan from now on."""
        facts = plan.facts
        self.starts, self.ends, self.timezone, self.rule = facts.starts, facts.ends, facts.timezone, plan.rule
        self.title, self.summary, self.place = facts.title, facts.summary, facts.place
        self.tentative, self.capacity, self.card = facts.tentative, facts.capacity, dict(facts.card)


class Host(EventsBase):
    """A member who runs an activity, or was asked to and has not agreed yet."""

    __tablename__ = "hosts"
    __table_args__ = {"info": kept_while_member()}

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activities.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    asked_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]

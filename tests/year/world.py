"""A forum of members and groups on a real database, with a clock that is moved and books that are kept beside it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session

from services.events import jobs
from services.events.models import Group
from services.events.use_cases.groups import join_group
from shared.auth import Caller
from shared.contracts.members import Role, Visibility
from shared.db import Sessions
from shared.errors import ServiceError
from shared.sweep import aged_tables, sweep
from tests.year.book import ActivityBook, DateBook, GroupBook
from tests.year.looking import Look
from tests.year.rows import DateRow, read_dates, read_people
from tests.year.rules import LONDON, wall
from tests.year.series import check_series
from tests.year.watch import Promise, Watch

OPERATOR = Caller(issuer="operator", scope="programme:write")
WEEKS_AHEAD = 26
KEPT = timedelta(days=30)


@dataclass
class World:
    """Everything there is. `now` is what time it is."""

    sessions: Sessions
    random: Random
    now: datetime
    watch: Watch
    members: list[UUID] = field(default_factory=list)
    groups: list[GroupBook] = field(default_factory=list)
    activities: dict[UUID, ActivityBook] = field(default_factory=dict)

    @property
    def work(self) -> jobs.EventsWork:
        return jobs.EventsWork(
            service="events", sessions=self.sessions, clock=lambda: self.now, weeks=WEEKS_AHEAD, timezone=LONDON
        )

    def new_member(self) -> UUID:
        member = UUID(int=self.random.getrandbits(128), version=4)
        self.members.append(member)
        return member

    def caller(self, member: UUID) -> Caller:
        """A member, with the token that they have now."""
        roles = {group.id: group.members[member] for group in self.groups if member in group.members}
        return Caller(issuer="members", member_id=member, roles=roles)

    def host(self, activity: ActivityBook) -> Caller:
        """Who changes an activity: one of its hosts, or else the operator."""
        hosts = sorted(activity.hosts & activity.group.members.keys())
        return self.caller(self.random.choice(hosts)) if hosts else OPERATOR

    def attempt(self, what: str, act: Callable[[Session], object], words: str = "") -> bool:
        """Let somebody do something, in a transaction of its own; whether they were let."""
        self.tick()
        try:
            with self.sessions.begin() as session:
                act(session)
        except ServiceError as refusal:
            self.watch.note(f"{what}: {type(refusal).__name__}", words)
            return False
        self.watch.note(what, words)
        return True

    def tick(self) -> datetime:
        """No two people do anything at the same moment."""
        self.now += timedelta(milliseconds=1)
        return self.now

    def dates_to_come(self, days: int = 10_000) -> list[DateBook]:
        """What is on and has not begun, in order of time."""
        last = self.now + timedelta(days=days)
        found = (date for activity in self.activities.values() for date in activity.dates.values())
        to_come = (date for date in found if self.now < date.row.starts_at <= last and not date.row.is_off)
        return sorted(to_come, key=lambda date: (date.row.starts_at, date.row.slot))

    def dates_with(self, member: UUID, group: GroupBook | None = None) -> list[DateBook]:
        """Where a member has answered or waits."""
        found = (
            date
            for activity in self.activities.values()
            if group is None or activity.group is group
            for date in activity.dates.values()
        )
        return [date for date in found if member in date.answers or member in date.line]

    def activity_of(self, date: DateBook) -> ActivityBook:
        return self.activities[date.row.activity_id]

    def go_on(self, until: datetime) -> None:
        """Let time pass; whatever is due by then is done, and every line is looked at."""
        self.now = until
        self.watch.last.append(f"--- {wall(until):%a %d %b %Y %H:%M}")
        jobs.look_at_lines(self.work)
        dates = (date for activity in self.activities.values() for date in activity.dates.values())
        self.look_at([date for date in dates if date.line])

    def look_at(self, dates: Iterable[DateBook], *, at_once: bool = False) -> None:
        """Compare these dates with the books."""
        ids = [date.row.id for date in dates]
        if ids:
            with self.sessions() as session:
                self._look(session, read_dates(session, "id = ANY(:ids)", ids=ids), at_once=at_once)

    def look_at_activity(self, activity: ActivityBook) -> None:
        """Compare an activity with the books: its dates with its rule, and those that are not long over one by one."""
        with self.sessions() as session:
            rows = read_dates(session, "activity_id = :id", id=activity.id)
            check_series(self.watch, activity, rows)
            self._look(session, [row for row in rows if row.ends_at > self.now - KEPT])

    def _look(self, session: Session, rows: Sequence[DateRow], *, at_once: bool = False) -> None:
        people = read_people(session, [row.id for row in rows])
        for row in rows:
            activity = self.activities[row.activity_id]
            book = activity.dates.setdefault(row.id, DateBook(row))
            Look(self.watch, activity, book, row, people[row.id], self.now, at_once).check()

    def sweep(self) -> None:
        """Let what is too old go, as the hourly job does, and see that it went, and nothing else."""
        work = self.work
        for table in aged_tables(jobs.EventsBase.metadata):
            sweep(work.sessions, table, self.now)
        oldest = self.now - KEPT
        for activity in self.activities.values():
            for date in activity.dates.values():
                if date.row.ends_at < oldest:
                    date.answers.clear()
        with self.sessions() as session:
            kept = read_dates(session, "id IN (SELECT occurrence_id FROM rsvps) AND ends_at < :oldest", oldest=oldest)
        self.watch.check(Promise.ATTENDANCE, not kept, f"answers to {kept}")


def given_groups(world: World, members: int) -> None:
    """An open, a closed and a hidden group, each with more than half of the members in it."""
    for _ in range(members):
        world.new_member()
    for visibility in (Visibility.OPEN, Visibility.CLOSED, Visibility.HIDDEN):
        group_id = UUID(int=world.random.getrandbits(128), version=4)
        group = GroupBook(group_id, f"{visibility}-group", visibility)
        world.groups.append(group)
        with world.sessions.begin() as session:
            session.add(Group(id=group.id, slug=group.slug, name=group.slug, visibility=visibility))
            for number, member in enumerate(world.random.sample(world.members, members * 6 // 10)):
                role = Role.MEMBER if number else Role.CONVENOR
                group.members[member] = role
                session.flush()
                join_group(session, group.id, member, role)

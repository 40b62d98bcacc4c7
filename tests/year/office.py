"""What befalls members and groups: joining, leaving, being erased, two records becoming one, and days off."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.use_cases.closed_dates import close_date, open_date
from services.events.use_cases.erasure import erase_member
from services.events.use_cases.groups import join_group, leave_group
from services.events.use_cases.merging import merge_member
from shared.contracts.members import Role, Visibility
from shared.erasure import remember_erased
from tests.year.book import DateBook
from tests.year.rules import wall
from tests.year.world import OPERATOR, World


def join(world: World) -> None:
    group = world.random.choice(world.groups)
    join_as(world, world.random.choice(world.members), [group.id])


def join_as(world: World, member: UUID, group_ids: list[UUID]) -> None:
    for group in world.groups:
        if group.id in group_ids and member not in group.members:
            world.attempt("join a group", lambda it, to=group.id: join_group(it, to, member, Role.MEMBER))
            group.members[member] = Role.MEMBER


def leave(world: World) -> None:
    """In a group that is not open, their places come free."""
    group = world.random.choice([each for each in world.groups if len(each.members) > 1])
    member = world.random.choice(list(group.members))
    dates = world.dates_with(member, group)
    world.attempt("leave a group", lambda it: leave_group(it, group.id, member, now=world.now))
    del group.members[member]
    for activity in world.activities.values():
        if activity.group is group:
            activity.hosts.discard(member)
    for date in dates:
        if group.visibility is not Visibility.OPEN and date.row.ends_at > world.now:
            date.line.pop(member, None)
            if date.places_of(member):
                date.say(member, 0, world.now)
                date.came_free()
    world.look_at(dates)


def erase(world: World) -> None:
    """A member goes for good, and another comes."""
    member = world.random.choice(world.members)
    dates = world.dates_with(member)

    def act(session: Session) -> None:
        remember_erased(session, member, world.now)
        erase_member(session, member, world.now)

    world.attempt("erase a member", act)
    for date in dates:
        date.forget(member)
    gone(world, member)
    join_as(world, world.new_member(), [world.random.choice(world.groups).id])
    world.look_at(dates)


def merge(world: World) -> None:
    """Two records turn out to be one person."""
    kept, other = world.random.sample(world.members, 2)
    join_as(world, kept, [group.id for group in world.groups if other in group.members])
    dates = world.dates_with(other)
    world.attempt("merge two records", lambda it: merge_member(it, kept, other, world.now))
    for date in dates:
        become_one(date, kept, other)
    for activity in world.activities.values():
        if other in activity.hosts:
            activity.hosts.add(kept)
    gone(world, other)
    world.new_member()
    world.look_at(dates)


def become_one(date: DateBook, kept: UUID, other: UUID) -> None:
    """The later answer counts, and the kept record's place in the line; who comes waits no more."""
    before = date.places_of(kept) + date.places_of(other)
    said, waits = date.answers.pop(other, None), date.line.pop(other, None)
    if said and (kept not in date.answers or date.answers[kept].at < said.at):
        date.answers[kept] = said
    if date.places_of(kept):
        date.line.pop(kept, None)
    elif waits:
        date.line.setdefault(kept, waits)
    if date.places_of(kept) < before:
        date.came_free()


def gone(world: World, member: UUID) -> None:
    world.members.remove(member)
    for group in world.groups:
        group.members.pop(member, None)
    for activity in world.activities.values():
        activity.hosts.discard(member)


def close(world: World) -> None:
    """A group does nothing on a day; whatever was on is called off."""
    group = world.random.choice(world.groups)
    day = wall(world.now).date() + timedelta(days=world.random.randint(2, 200))
    world.attempt("close a date", lambda it: close_date(it, group.id, day, "A rest", caller=OPERATOR, now=world.now))
    group.closed.add(day)
    for activity in (each for each in world.activities.values() if each.group is group):
        on_that_day = [each for each in activity.dates.values() if each.row.starts.date() == day]
        activity.off |= {each.row.id for each in on_that_day if not each.row.is_off and each.row.ends_at > world.now}
        world.look_at(on_that_day)


def open_again(world: World) -> None:
    group = world.random.choice(world.groups)
    if group.closed:
        day = world.random.choice(sorted(group.closed))
        world.attempt("open a date", lambda it: open_date(it, group.id, day, caller=OPERATOR))
        group.closed.discard(day)

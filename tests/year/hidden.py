"""Looking on as somebody who is not in the hidden group, and as somebody who is."""

from uuid import UUID

from services.events.errors.activities import NoSuchActivity
from services.events.errors.programme import NoSuchOccurrence
from services.events.queries.line import waiting_for
from services.events.queries.places import rsvps_to_come
from services.events.queries.programme import whats_on
from services.events.use_cases.activities import find_activity
from services.events.use_cases.programme import find_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from shared.auth import Caller
from shared.contracts.events import Answer
from shared.contracts.members import Visibility
from shared.errors import ServiceError
from tests.year.watch import Promise
from tests.year.world import World


def look_in_from_outside(world: World) -> None:
    """As an outsider, nobody at all, and one of its members, of whom only the last sees anything."""
    (group,) = (group for group in world.groups if group.visibility is Visibility.HIDDEN)
    outsider = world.random.choice([each for each in world.members if each not in group.members])
    insider = world.random.choice(list(group.members))
    theirs = {date.row.id for date in world.dates_to_come() if world.activity_of(date).group is group}
    for caller in (None, world.caller(outsider)):
        world.watch.check(Promise.HIDDEN, not _listed(world, caller) & theirs, f"{caller} sees some of {theirs}")
    world.watch.check(Promise.HIDDEN, theirs <= _listed(world, world.caller(insider)), f"{insider} does not see all")
    if theirs:
        _knock(world, world.random.choice(sorted(theirs)), outsider)


def _listed(world: World, caller: Caller | None) -> set[UUID]:
    """Every date that a list shows."""
    query = whats_on(caller, world.now, group=None, activity=None, since=None, until=None)
    with world.sessions() as session:
        listed = {each.id for each in session.scalars(query)}
        if caller is None:
            return listed
        answered = {each.occurrence_id for each in rsvps_to_come(session, caller, world.now)}
        return listed | answered | {row[1].id for row in waiting_for(session, caller, world.now)}


def _knock(world: World, date: UUID, outsider: UUID) -> None:
    """Who knows the id all the same is told that there is no such thing."""
    caller = world.caller(outsider)
    activity = next(each.id for each in world.activities.values() if date in each.dates)
    with world.sessions() as session:
        for act, nothing in (
            (lambda: find_occurrence(session, date, caller), NoSuchOccurrence),
            (lambda: answer_rsvp(session, date, outsider, Answer.GOING, now=world.now), NoSuchOccurrence),
            (lambda: find_activity(session, activity, caller), NoSuchActivity),
        ):
            told: object = "let in"
            try:
                act()
            except ServiceError as refusal:
                told = type(refusal)
            world.watch.check(Promise.HIDDEN, told is nothing, f"{outsider} is told {told} of {date}")

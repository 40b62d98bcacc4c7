"""What members say to a date: yes with a party, no, waiting, taking what is offered, leaving the line."""

from uuid import UUID

from services.events.models import Companion
from services.events.use_cases.rsvp import answer_rsvp
from services.events.use_cases.waiting import leave_line, wait_for_place
from shared.contracts.events import Answer
from shared.contracts.members import Visibility
from tests.year.book import DateBook
from tests.year.watch import Promise
from tests.year.world import World

PARTIES = [0, 0, 0, 0, 0, 1, 1, 2]
# How often it is somebody who was asked to take a place.
ASKED_ANSWER = 0.15


def somebody_answers(world: World) -> None:
    """Somebody looks at what is on soon, and says something."""
    dates = world.dates_to_come(days=14)
    if not dates:
        return
    asked = [(date, member) for date in dates for member, party in date.line.items() if party.until]
    if asked and world.random.random() < ASKED_ANSWER:
        date, member = world.random.choice(asked)
    else:
        date = world.random.choice(dates)
        member = somebody_for(world, date)
    if member in date.line:
        step = world.random.choice([take_offer, take_offer, let_it_go, leave])
    elif date.places_of(member):
        step = world.random.choice([say_no, say_yes])
    else:
        step = world.random.choice([say_yes, say_yes, say_yes, wait, say_no])
    step(world, date, member)
    world.look_at([date])


def somebody_for(world: World, date: DateBook) -> UUID:
    """Mostly who may come, often who has to do with it already, and now and then anybody."""
    chance, group = world.random.random(), world.activity_of(date).group
    if chance < 0.35 and (known := sorted({*date.line, *date.answers})):
        return world.random.choice(known)
    if chance < 0.95 and group.visibility is not Visibility.OPEN and group.members:
        return world.random.choice(list(group.members))
    return world.random.choice(world.members)


def say_yes(world: World, date: DateBook, member: UUID) -> None:
    brings = world.random.choice(PARTIES)
    others = {Companion.BUDDY: brings}
    if world.attempt(
        "yes", lambda it: answer_rsvp(it, date.row.id, member, Answer.GOING, others=others, now=world.now)
    ):
        keep(world, date, member, 1 + brings)


def say_no(world: World, date: DateBook, member: UUID) -> None:
    if world.attempt("no", lambda it: answer_rsvp(it, date.row.id, member, Answer.NOT_GOING, now=world.now)):
        keep(world, date, member, 0)


def wait(world: World, date: DateBook, member: UUID) -> None:
    brings = world.random.choice(PARTIES)
    others = {Companion.CHILD: brings}
    if world.attempt("wait", lambda it: wait_for_place(it, date.row.id, member, others, now=world.now)):
        date.wait(member, 1 + brings)


def take_offer(world: World, date: DateBook, member: UUID) -> None:
    """Who takes in time what they are offered has it; who is not asked yet may be refused."""
    party = date.line[member]
    what = "take an offer" if party.until else "yes out of the line"
    taken = world.attempt(what, lambda it: answer_rsvp(it, date.row.id, member, Answer.GOING, now=world.now))
    if party.until is not None:
        world.watch.check(Promise.OFFERS, taken, f"{member} may not take {party} of {date.row}")
    if taken:
        keep(world, date, member, party.places)


def let_it_go(world: World, date: DateBook, member: UUID) -> None:
    """Who says nothing lets an offer go by: time does the rest."""
    world.watch.note("let an offer go by" if date.line[member].until else "go on waiting")


def leave(world: World, date: DateBook, member: UUID) -> None:
    if world.attempt("leave the line", lambda it: leave_line(it, date.row.id, member, now=world.now)):
        del date.line[member]


def keep(world: World, date: DateBook, member: UUID, places: int) -> None:
    if date.say(member, places, world.now):
        date.came_free()

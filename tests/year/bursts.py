"""Many at once, in threads that really commit, at a date that everybody wants to come to."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.models import Companion, Others
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases.programme import change_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from services.events.use_cases.waiting import leave_line, wait_for_place
from shared.contracts.events import Answer
from shared.errors import ServiceError
from tests.year.answers import PARTIES, somebody_for
from tests.year.book import DateBook
from tests.year.world import World

THREADS = 8
A_CROWD = 16


@dataclass
class Doing:
    """What somebody does, and what the books say of it once it was done: whether that freed a place."""

    what: str
    act: Callable[[Session], object]
    keep: Callable[[], bool]


def burst(world: World, pool: ThreadPoolExecutor) -> None:
    """Everybody does one thing; the host changes the number of places meanwhile."""
    popular = [date for date in world.dates_to_come(days=10) if date.row.capacity is not None]
    if not popular:
        return
    date = world.random.choice(popular[:12])
    crowd = sorted({somebody_for(world, date) for _ in range(A_CROWD)})
    doings = [_doing(world, date, member) for member in crowd]
    doings.insert(world.random.randrange(len(doings)), _more_places(world, date))
    world.watch.note("burst", f"of {len(doings)} at {date.row}")
    freed = [doing.keep() for doing in all_at_once(world, pool, doings)]
    world.look_at([date], at_once=True)
    if any(freed):
        date.came_free()


def all_at_once(world: World, pool: ThreadPoolExecutor, doings: Sequence[Doing]) -> list[Doing]:
    """Do them in threads that start together; those that were let."""
    together = threading.Barrier(THREADS)
    refused: dict[int, str] = {}

    def share(number: int) -> None:
        together.wait()
        for place in range(number, len(doings), THREADS):
            try:
                with world.sessions.begin() as session:
                    doings[place].act(session)
            except ServiceError as refusal:
                refused[place] = type(refusal).__name__

    list(pool.map(share, range(THREADS)))
    for place, doing in enumerate(doings):
        world.watch.did[f"{doing.what}, in a burst" + (f": {refused[place]}" if place in refused else "")] += 1
    return [doing for place, doing in enumerate(doings) if place not in refused]


def _doing(world: World, date: DateBook, member: UUID) -> Doing:
    of, now, brings = date.row.id, world.tick(), world.random.choice(PARTIES)
    others = {Companion.BUDDY: brings}

    def answer(answer: Answer, places: int, others: Others | None = None) -> Doing:
        return Doing(
            "yes" if places else "no",
            lambda it: answer_rsvp(it, of, member, answer, others=others, now=now),
            lambda: date.say(member, places, now),
        )

    def wait() -> bool:
        date.wait(member, 1 + brings, order_is_known=False)
        return False

    yes, no = answer(Answer.GOING, 1 + brings, others), answer(Answer.NOT_GOING, 0)
    if member in date.line:
        taking = answer(Answer.GOING, date.line[member].places)
        leaving = Doing("leave", lambda it: leave_line(it, of, member, now=now), lambda: date.line.pop(member) is None)
        return world.random.choice([taking, leaving])
    waiting = Doing("wait", lambda it: wait_for_place(it, of, member, others, now=now), wait)
    return world.random.choice([yes, no] if date.places_of(member) else [yes, yes, waiting])


def _more_places(world: World, date: DateBook) -> Doing:
    caller, was = world.host(world.activity_of(date)), date.row.capacity or 0
    edit = OccurrenceEdit(capacity=max(1, was + world.random.randint(-2, 3)))
    return Doing(
        "change the number of places",
        lambda it: change_occurrence(it, date.row.id, edit, caller=caller, now=world.now),
        lambda: (edit.capacity or 0) > was,
    )

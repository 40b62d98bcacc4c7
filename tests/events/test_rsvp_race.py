"""Many at once, on a database that really commits."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from services.events.errors.places import OccurrenceFull
from services.events.errors.programme import OccurrenceCancelled
from services.events.models import Occurrence
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases.groups import leave_group
from services.events.use_cases.importing import import_programme
from services.events.use_cases.programme import cancel_occurrence, change_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from shared.auth import Caller
from shared.contracts.events import Answer, RsvpChanged
from shared.contracts.members import Visibility
from shared.db import Sessions
from shared.errors import ServiceError
from shared.messaging.tables import OutboxRow
from shared.testing.databases import Databases
from tests.conftest import Clock
from tests.events.builders import LONDON, given_group, given_member, given_occurrence, going, told
from tests.events.calendar_builders import calendar, event

pytestmark = pytest.mark.committed

THREADS = 16
OPERATOR = Caller(issuer="operator", scope="programme:write")
YES, NO = Answer.GOING, Answer.NOT_GOING


@pytest.fixture
def committed(databases: Databases) -> Iterator[Sessions]:
    with databases.owned_sessions("events", pool_size=THREADS) as sessions:
        yield sessions


def all_at_once(tasks: Sequence[Callable[[], None]]) -> Counter[str]:
    """Run them in threads that start together; how many ended in which refusal, or in none."""
    together = threading.Barrier(THREADS)

    def run(task: Callable[[], None]) -> str:
        try:
            task()
        except ServiceError as refusal:
            return type(refusal).__name__
        return "done"

    def share(number: int) -> list[str]:
        together.wait()
        return [run(task) for task in tasks[number::THREADS]]

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(name for names in pool.map(share, range(THREADS)) for name in names)


def saying(sessions: Sessions, occurrence: UUID, member: UUID, answer: Answer, now: datetime) -> Callable[[], None]:
    def say() -> None:
        with sessions.begin() as session:
            answer_rsvp(session, occurrence, member, answer, now=now)

    return say


def test_four_hundred_race_for_two_hundred_places(committed: Sessions, clock: Clock):
    with committed.begin() as session:
        evening = given_occurrence(session, given_group(session), capacity=200).id
    outcome = all_at_once([saying(committed, evening, uuid4(), YES, clock()) for _ in range(400)])
    assert outcome == {"done": 200, OccurrenceFull.__name__: 200}
    with committed() as session:
        assert going(session, evening) == (200, 200)
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 200


def test_people_who_cannot_decide_are_counted_once(committed: Sessions, clock: Clock):
    """The same few members say yes and no from many phones at once; the last word of each is what is counted."""
    with committed.begin() as session:
        evening = given_occurrence(session, given_group(session), capacity=3).id
    members = [uuid4() for _ in range(5)]
    answers = [(member, answer) for member in members for answer in (YES, NO)] * 30
    random.Random(1).shuffle(answers)
    all_at_once([saying(committed, evening, member, answer, clock()) for member, answer in answers])
    with committed() as session:
        count, rows = going(session, evening)
        assert count == rows <= 3
        said = {each.member_id: each.answer for each in told(session) if isinstance(each, RsvpChanged)}
        assert sum(answer is YES for answer in said.values()) == count


def test_nobody_comes_to_what_was_called_off_and_no_limit_falls_below_who_comes(committed: Sessions, clock: Clock):
    with committed.begin() as session:
        group = given_group(session)
        evenings = [given_occurrence(session, group, capacity=100).id for _ in range(2)]

    def narrow() -> None:
        with committed.begin() as session:
            change_occurrence(session, evenings[0], OccurrenceEdit(capacity=50), caller=OPERATOR, now=clock())

    def call_off() -> None:
        with committed.begin() as session:
            cancel_occurrence(session, evenings[1], caller=OPERATOR, now=clock())

    tasks = [saying(committed, each, uuid4(), YES, clock()) for _ in range(80) for each in evenings]
    tasks[60:60] = [narrow, call_off]
    outcome = all_at_once(tasks)
    assert set(outcome) <= {"done", OccurrenceFull.__name__, OccurrenceCancelled.__name__, "CapacityTooSmall"}
    with committed() as session:
        for evening in evenings:
            count, rows = going(session, evening)
            assert count == rows
        limit = session.get_one(Occurrence, evenings[0]).capacity
        assert limit is not None
        assert going(session, evenings[0])[0] <= limit
        ends = [type(each).__name__ for each in told(session) if each.subject == str(evenings[1])]
        assert ends[-1] == OccurrenceCancelled.__name__
        assert ends.count(OccurrenceCancelled.__name__) == 1


def test_a_file_that_moves_a_date_waits_for_those_who_are_answering(committed: Sessions, clock: Clock):
    days = [calendar(event(f"DTSTART:202611{day}T183000")) for day in (26, 27)]

    def bring_in(data: bytes) -> None:
        with committed.begin() as session:
            import_programme(session, "forum", data, "forum.ics", zone=LONDON, weeks=26, now=clock())

    with committed.begin() as session:
        given_group(session)
    bring_in(days[0])
    with committed() as session:
        evening = session.scalars(select(Occurrence.id)).one()
    members = [uuid4() for _ in range(6)]
    tasks = [saying(committed, evening, member, answer, clock()) for member in members for answer in (YES, NO)] * 20
    for place in range(20):
        tasks.insert(12 * place, partial(bring_in, days[place % 2]))
    assert set(all_at_once(tasks)) <= {"done", "MovedMeanwhile"}
    with committed() as session:
        count, rows = going(session, evening)
        assert count == rows


def test_who_leaves_while_saying_yes_does_not_come(committed: Sessions, clock: Clock):
    with committed.begin() as session:
        group = given_group(session, visibility=Visibility.CLOSED)
        evenings = [given_occurrence(session, group).id for _ in range(4)]
        members = [given_member(session, group) for _ in range(20)]
        group_id = group.id

    def leaving(member: UUID) -> Callable[[], None]:
        def leave() -> None:
            with committed.begin() as session:
                leave_group(session, group_id, member, now=clock())

        return leave

    yeses = [saying(committed, each, member, YES, clock()) for each in evenings for member in members]
    tasks = yeses + [leaving(member) for member in members]
    random.Random(2).shuffle(tasks)
    all_at_once(tasks)
    with committed() as session:
        assert [going(session, each) for each in evenings] == [(0, 0)] * 4

"""Whatever is said in whatever order, a line does what a page of plain Python says it does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.models import Activity, Companion, Occurrence, Rsvp, Waiting
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases.places import look_at_line
from services.events.use_cases.programme import change_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from services.events.use_cases.waiting import leave_line, wait_for_place
from services.events.waitlist import offer_until
from shared.auth import Caller
from shared.contracts.events import Answer
from shared.errors import ServiceError
from shared.testing.databases import Databases
from tests.events.builders import LONDON, given_group, given_occurrence

OPERATOR = Caller(issuer="operator", scope="programme:write")
STARTS = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)
WHO, BRINGS = st.integers(0, 3), st.sampled_from([0, 0, 0, 1, 2])
STEPS = st.one_of(
    st.tuples(st.just("yes"), WHO, BRINGS),
    st.tuples(st.just("no"), WHO, st.just(0)),
    st.tuples(st.just("waits"), WHO, BRINGS),
    st.tuples(st.just("leaves"), WHO, st.just(0)),
    st.tuples(st.just("limit"), st.integers(1, 4), st.just(0)),
    st.tuples(st.just("time"), st.just(0), st.just(0)),
    st.tuples(st.just("time"), st.just(0), st.just(0)),
)


@dataclass
class Model:
    """The rules of a line as they are told to people: who asked first is asked first, and silence costs one place."""

    capacity: int
    fills: bool
    now: datetime = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    going: dict[int, int] = field(default_factory=dict)
    line: dict[int, int] = field(default_factory=dict)
    offered: dict[int, datetime] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)

    @property
    def free(self) -> int:
        return self.capacity - sum(self.going.values()) - sum(self.line[who] for who in self.offered)

    def to_ask(self) -> Iterator[int]:
        rest = (who for who in self.line if who not in self.offered and who not in self.silent)
        return (who for who in rest if self.line[who] <= self.capacity)

    def room_for_newcomer(self, places: int) -> bool:
        return places <= self.free and (self.fills or not list(self.to_ask()))

    def ask(self) -> None:
        late = {who for who, until in self.offered.items() if until <= self.now}
        self.silent |= late
        self.offered = {who: until for who, until in self.offered.items() if who not in late}
        for who in list(self.to_ask()):
            if self.line[who] <= self.free:
                self.offered[who] = offer_until(self.now, STARTS, LONDON)
            elif not self.fills:
                break

    def drop(self, who: int) -> None:
        self.line.pop(who, None)
        self.offered.pop(who, None)
        self.silent.discard(who)

    def yes(self, who: int, brings: int) -> bool:
        places, had = 1 + brings, self.going.get(who, 0)
        if brings > max(min(2, self.capacity - 1), 0) and (had != places or who in self.line):
            return False
        if who in self.line:
            self.ask()
            held = self.line[who] if who in self.offered else 0
            allowed = places <= held or self.room_for_newcomer(places - held)
        else:
            allowed = places <= had or self.room_for_newcomer(places - had)
        if not allowed:
            return False
        self.drop(who)
        self.going[who] = places
        if places < had:
            self.silent.clear()
        self.ask()
        return True

    def no(self, who: int) -> bool:
        if self.going.pop(who, None):
            self.silent.clear()
        self.drop(who)
        self.ask()
        return True

    def waits(self, who: int, brings: int) -> bool:
        needless = who not in self.line and self.room_for_newcomer(1 + brings)
        if who in self.going or needless or brings > max(min(2, self.capacity - 1), 0):
            return False
        if who not in self.offered:
            self.line[who] = 1 + brings
            self.silent.discard(who)
        self.ask()
        return True

    def leaves(self, who: int) -> bool:
        if who in self.line:
            self.drop(who)
            self.ask()
        return True

    def limit(self, capacity: int) -> bool:
        if capacity < self.capacity - self.free:
            return False
        if capacity > self.capacity:
            self.silent.clear()
        changed, self.capacity = capacity != self.capacity, capacity
        if changed:
            self.ask()
        return True

    def time(self) -> bool:
        if self.offered:
            self.now = min(self.offered.values())
        if self.line and self.now < STARTS:
            self.ask()
        return True


class Real:
    """The same steps, on the service itself."""

    def __init__(self, session: Session, capacity: int, *, fills: bool) -> None:
        self.session = session
        self.evening = given_occurrence(session, given_group(session), capacity=capacity).id
        session.get_one(Activity, session.get_one(Occurrence, self.evening).activity_id).fills_room = fills
        self.members = [uuid4() for _ in range(4)]

    def step(self, what: str, who: int, brings: int, now: datetime) -> bool:
        others = {Companion.BUDDY: brings}
        try:
            with self.session.begin_nested():
                match what:
                    case "yes":
                        answer_rsvp(self.session, self.evening, self.members[who], Answer.GOING, others=others, now=now)
                    case "no":
                        answer_rsvp(self.session, self.evening, self.members[who], Answer.NOT_GOING, now=now)
                    case "waits":
                        wait_for_place(self.session, self.evening, self.members[who], others, now=now)
                    case "leaves":
                        leave_line(self.session, self.evening, self.members[who], now=now)
                    case "limit":
                        edit = OccurrenceEdit(capacity=who)
                        change_occurrence(self.session, self.evening, edit, caller=OPERATOR, now=now)
                    case _:
                        look_at_line(self.session, self.evening, now)
        except ServiceError:
            return False
        return True

    def who(self, member_id: UUID) -> int:
        return self.members.index(member_id)

    def state(self) -> tuple[dict[int, int], dict[int, int], dict[int, datetime], int, int]:
        fresh = {"populate_existing": True}
        rsvps = self.session.scalars(select(Rsvp).where(Rsvp.places > 0), execution_options=fresh).all()
        line = self.session.scalars(select(Waiting).order_by(Waiting.number), execution_options=fresh).all()
        found = self.session.scalars(select(Occurrence), execution_options=fresh).one()
        return (
            {self.who(each.member_id): each.places for each in rsvps},
            {self.who(each.member_id): each.places for each in line},
            {self.who(each.member_id): each.offered_until for each in line if each.offered_until is not None},
            found.going,
            found.held,
        )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(capacity=st.integers(1, 2), fills=st.booleans(), steps=st.lists(STEPS, min_size=10, max_size=30))
def test_a_line_does_what_people_are_told(
    databases: Databases, capacity: int, fills: bool, steps: list[tuple[str, int, int]]
):
    model = Model(capacity, fills)
    with databases.lent("events") as sessions, sessions() as session:
        real = Real(session, capacity, fills=fills)
        everybody_asks = [("yes", 0, 0), *(("waits", each, 0) for each in range(1, 4))]
        for what, who, brings in [*everybody_asks, *steps]:
            said = {"yes": (who, brings), "waits": (who, brings), "no": (who,), "leaves": (who,), "limit": (who,)}
            expected = getattr(model, what)(*said.get(what, ()))
            assert real.step(what, who, brings, model.now) == expected, what
            going, line, offered, count, held = real.state()
            assert (going, line, offered) == (model.going, model.line, model.offered), what
            assert list(line) == list(model.line)
            assert count == sum(going.values())
            assert held == sum(line[each] for each in offered)
            assert count + held <= model.capacity

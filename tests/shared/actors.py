"""Who takes part in the state machine, how they are made to do things, and what must be true once it is quiet."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import psycopg
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.errors import TryAgain
from shared.messaging import Batch, Relay, Subscriber
from shared.messaging.relay import BrokerAwayError
from shared.messaging.subscriber import TRIES
from tests.shared.world import SAID, SOURCES, SUBSCRIBERS, WHISPERED, Crash, World

Work = Callable[[Subscriber], None]
# What goes wrong with a message at a subscriber: nothing; its handler fails so often; the database does; always.
Trouble = None | str | tuple[str, int]


def passing_error() -> OperationalError:
    return OperationalError("", None, psycopg.errors.DeadlockDetected())


class CrashingSession(Session):
    """Dies before or after a commit, when its relay's time has come."""

    def __init__(self, engine: Engine, steps: "Steps") -> None:
        super().__init__(engine, expire_on_commit=False)
        self.steps = steps

    def commit(self) -> None:
        self.steps.one()
        super().commit()
        self.steps.one()


class Steps:
    """Counts what a relay does, and ends it at one point."""

    def __init__(self, ends_at: int | None) -> None:
        self.left = ends_at

    def one(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Crash


class Actors(RuleBasedStateMachine):
    world: World  # given by the test

    def __init__(self) -> None:
        super().__init__()
        self.world.clear()
        # A renewal waits for whoever is publishing; here, where one thing happens after another, they end first.
        self.world.before_renewal = self._end_all
        self.relays = {source: [self._relay(source), self._relay(source)] for source in SOURCES}
        self.leader = dict.fromkeys(SOURCES, 0)
        self.hearing = {name: [self.world.subscriber(name), self.world.subscriber(name)] for name in SUBSCRIBERS}
        self.open: list[tuple[str, Session, list[int], int]] = []
        self.dumps: dict[str, list[dict]] = {source: [] for source in SOURCES}
        self.unsettled: set[str] = set()
        self.steps = Steps(None)
        self.inside: str | None = None
        # What is known of each number: when its transaction began and was committed; its life and position.
        self.time = 0
        self.when: dict[int, tuple[int, int]] = {}
        self.lives: dict[str, list[dict[int, int]]] = {source: [{}] for source in SOURCES}
        self.meaning: dict[tuple[UUID, int], int] = {}
        self.twice_allowed: set[int] = set()
        self.starts_over: set[tuple[str, str]] = set()

    def _check_log(self, source: str):
        log = self.world.log(source)
        _, _, head, _ = self.world.state(source)
        assert list(log) == list(range(head - len(log) + 1, head + 1)), "positions have holes"
        latest = 0
        for n in log.values():  # a message never comes after one that began when it was already there
            if n in self.when:
                begun, committed = self.when[n]
                assert committed > latest, "not in the order of commits"
                latest = max(latest, begun)

    def _check(self, subscriber: str, source: str):
        assert self._at_head(subscriber, source), "a cursor never reached the head"
        heard = self.world.heard(subscriber, source)
        counted = defaultdict(int)
        for n in heard:
            counted[n] += 1
        assert [n for n, times in counted.items() if times > 1 and n not in self.twice_allowed] == [], "applied twice"
        for life in self.lives[source]:
            positions = [life[n] for n in heard if n in life and n not in self.twice_allowed]
            assert positions == sorted(positions), "out of order"
        parked = self.world.parked(subscriber)
        for n in parked:
            assert (subscriber, n) in self.world.poison, "parked without need"
            assert self.world.calls[subscriber, n] >= TRIES, "parked too soon"
            assert n not in heard, "parked and applied"
        missing = set(self._expected(subscriber, source)) - set(heard) - parked
        if (subscriber, source) in self.starts_over:
            _, start, _, _ = self.world.state(source)
            positions = {n: position for position, n in self.world.log(source).items()}
            missing = {n for n in missing if positions[n] > start}
        assert missing == set(), "never applied"

    def _expected(self, subscriber: str, source: str):
        kinds = [kinds[source].kind for kinds in (SAID, WHISPERED) if kinds is SAID or subscriber == "gamma"]
        names = ", ".join(f"'{kind}'" for kind in kinds)
        return [
            n for (n,) in self.world.query(source, f"SELECT (data->>'n')::bigint FROM outbox WHERE kind IN ({names})")
        ]

    # How it is done

    def _now(self) -> int:
        self.time += 1
        return self.time

    def _plan(self, n: int, trouble: Trouble, subscriber: str):
        if trouble == "always":
            self.world.poison.add((subscriber, n))
        elif trouble:
            what, times = trouble
            error = passing_error if what == "passing" else lambda: ValueError("not now")
            self.world.failing[subscriber, n] = [error() for _ in range(times)]

    def _relay(self, source: str) -> Relay:
        def send(subscriber: str, batch: Batch):
            self.steps.one()
            if self.inside == source:
                self.inside = None
                steps, self.steps = self.steps, Steps(None)
                with suppress(BrokerAwayError):
                    self._step(source, self._relay(source), self.steps)
                self.steps = steps
            for message in batch.messages:
                known = self.meaning.setdefault((batch.epoch, message.position), message.data["n"])
                assert known == message.data["n"], "a position has two meanings"
            self.world.broker.send(subscriber, batch)
            self.steps.one()

        world = self.world
        return Relay(world.logs[source], world.engines[source], send, world.clock)

    def _step(self, source: str, relay: Relay, steps: Steps) -> bool:
        with CrashingSession(self.world.engines[source], steps) as session:
            more = relay.step(session)
        self.unsettled.discard(source)
        return more

    def _alive(self, subscriber: str, who: int, work: Work, crash: int | None):
        """Let a receiver do something; what it raises is Celery's to log, and when it dies another takes its place."""
        hearing: Subscriber = self.hearing[subscriber][who]
        self.world.crash_in[subscriber] = crash
        try:
            work(hearing)
        except Crash:
            self.hearing[subscriber][who] = self.world.subscriber(subscriber)
        except (TryAgain, OperationalError):
            pass
        finally:
            self.world.crash_in[subscriber] = None

    def _end_all(self, source: str | None = None):
        for entry in [entry for entry in self.open if source in {None, entry[0]}]:
            self.end(self.open.index(entry), success=True)

    def _look(self, source: str):
        for position, n in self.world.log(source).items():
            self.lives[source][-1][n] = position
        self._note_who_starts_over(source)

    def _end_round(self, by_broker: bool):
        for subscriber in SUBSCRIBERS:
            if by_broker:
                self.deliver_all(subscriber, 0)
            for source in SOURCES:
                self.quiet_gap(subscriber, 0, source, None)
        self.world.broker.queues.clear()

    def _at_head(self, subscriber: str, source: str):
        epoch, _, head, _ = self.world.state(source)
        ((waiting,),) = self.world.query(source, "SELECT count(*) FROM outbox WHERE position IS NULL")
        return waiting == 0 and self.world.cursor(subscriber, source)[:2] == (epoch, head)

    def _note_who_starts_over(self, source: str):
        """Whoever needs what is no longer kept gets the state told again, in place of messages before that."""
        epoch, start, head, former = self.world.state(source)
        log = self.world.log(source)
        oldest = min(log, default=head + 1)
        for subscriber in SUBSCRIBERS:
            seen, position, _ = self.world.cursor(subscriber, source)
            if seen is not None and seen != epoch:
                position = min(position, former.get(str(seen), start))
            if position + 1 < oldest or (seen is None and start > 0):
                self.starts_over.add((subscriber, source))

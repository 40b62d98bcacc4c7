"""Everything that can happen to messages, in any order."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from shared.messaging.relay import BrokerAwayError
from tests.shared.actors import Actors, Steps, Trouble
from tests.shared.world import MUTTERED, SAID, SOURCES, SUBSCRIBERS, WHISPERED, Crash, World

KINDS = {"said": SAID, "whispered": WHISPERED, "muttered": MUTTERED}
LONGER_THAN_ANY_PAUSE = 9
ROUNDS = 120

sources = st.sampled_from(SOURCES)
subscribers = st.sampled_from(SUBSCRIBERS)
either = st.integers(0, 1)
some = st.integers(0, 9)
troubles = st.sampled_from([None, None, None, ("error", 1), ("error", 4), ("passing", 2), ("passing", 7), "always"])


class Machine(Actors):
    # Publishing

    @rule(source=sources, name=st.sampled_from(sorted(KINDS)), trouble=troubles, subscriber=subscribers)
    def publish(self, source: str, name: str, trouble: Trouble, subscriber: str):
        begun = self._now()
        n = self.world.publish(source, KINDS[name])
        self.when[n] = (begun, self._now())
        self._plan(n, trouble, subscriber)
        self.world.clock.go_on(1)

    @rule(source=sources, who=either, trouble=troubles, steps=st.integers(1, 3))
    def traffic(self, source: str, who: int, trouble: Trouble, steps: int):
        for _ in range(steps):
            self.publish(source, "said", trouble, "gamma")
            self.publish(source, "whispered", None, "gamma")
            self.relay(source, who, None, inside=False)

    @precondition(lambda self: len(self.open) < 3)
    @rule(source=sources)
    def begin(self, source: str):
        session = self.world.sessions[source]()
        self.open.append((source, session, [], self._now()))
        self.more_in_it(0)

    @precondition(lambda self: self.open)
    @rule(which=some)
    def more_in_it(self, which: int):
        source, session, numbers, _ = self.open[-1 - which % len(self.open)]
        numbers.append(self.world.publish(source, session=session))

    @precondition(lambda self: self.open)
    @rule(which=some, success=st.booleans())
    def end(self, which: int, success: bool):
        _, session, numbers, begun = self.open.pop(which % len(self.open))
        if success:
            session.commit()
            self.when.update(dict.fromkeys(numbers, (begun, self._now())))
        session.close()

    # Relaying

    @rule(source=sources, who=either, ends_at=st.none() | st.integers(0, 9), inside=st.booleans())
    def relay(self, source: str, who: int, ends_at: int | None, inside: bool):
        """One step of one relay; it may die anywhere in it, and the other may take a whole step before it sends."""
        if source in self.unsettled:
            self._end_all(source)
        relay = self.relays[source][who]
        if self.leader[source] != who:
            relay._epoch = None  # as whoever begins to lead does
        self.leader[source] = who
        self.steps, self.inside = Steps(ends_at), source if inside else None
        try:
            self._step(source, relay, self.steps)
        except BrokerAwayError:
            pass
        except Crash:
            self.relays[source][who] = self._relay(source)
        finally:
            self.inside, self.steps = None, Steps(None)
        self._look(source)

    @rule(what=st.sampled_from(["away", "back", "flushed", "loses one"]), subscriber=subscribers, index=some)
    def broker(self, what: str, subscriber: str, index: int):
        queue = self.world.broker.queues[subscriber]
        if what == "flushed":
            self.world.broker.queues.clear()
        elif what == "loses one":
            del queue[index : index + 1]
        else:
            self.world.broker.away = what == "away"

    # Receiving

    @rule(subscriber=subscribers, who=either, index=some, keep=st.booleans(), crash=st.none() | st.integers(1, 4))
    def deliver(self, subscriber: str, who: int, index: int, keep: bool, crash: int | None):
        """Any batch that waits, the first or not; it may come again, and the receiver may die in a handler."""
        queue = self.world.broker.queues[subscriber]
        if queue:
            batch = self.world.broker.take(subscriber, index % len(queue), keep=keep)
            self._alive(subscriber, who, lambda hearing: hearing.receive(batch), crash)

    @rule(subscriber=subscribers, who=either)
    def deliver_all(self, subscriber: str, who: int):
        for _ in range(len(self.world.broker.queues[subscriber])):
            self.deliver(subscriber, who, 0, keep=False, crash=None)

    @rule(subscriber=subscribers, two_processes=st.booleans(), keep=st.booleans(), source=sources)
    def at_once(self, subscriber: str, two_processes: bool, keep: bool, source: str):
        """Two threads, of one process or of two, each with a batch, or with a look for what is missing."""
        self.world.during_page.clear()
        queue = self.world.broker.queues[subscriber]
        works = []
        for _ in range(2):
            if queue:
                batch = self.world.broker.take(subscriber, keep=keep)
                works.append(lambda hearing, batch=batch: hearing.receive(batch))
            else:
                works.append(lambda hearing: hearing.catch_up(source))
        self._end_all(source)
        with ThreadPoolExecutor(2) as threads:
            done = [
                threads.submit(self._alive, subscriber, number if two_processes else 0, work, None)
                for number, work in enumerate(works)
            ]
        for future in done:
            future.result()

    @rule(subscriber=subscribers, who=either, source=sources, crash=st.none() | st.integers(1, 4))
    def quiet_gap(self, subscriber: str, who: int, source: str, crash: int | None):
        self._alive(subscriber, who, lambda hearing: hearing.catch_up(source), crash)

    @rule(subscriber=subscribers, who=either, source=sources)
    def second(self, subscriber: str, who: int, source: str):
        """What the watch of a source does each second."""
        hearing = self.hearing[subscriber][who]
        if hearing.is_behind(source):
            self._alive(subscriber, who, lambda hearing: hearing.catch_up(source), None)

    @rule(subscriber=subscribers, who=either)
    def restart(self, subscriber: str, who: int):
        self.hearing[subscriber][who] = self.world.subscriber(subscriber)

    @rule(source=sources, away=st.booleans(), seconds=st.integers(0, 20), size=st.sampled_from([2, 3, 1000]))
    def circumstances(self, source: str, away: bool, seconds: int, size: int):
        """A source's API is away or back, time goes on, pages of the log are short or long."""
        (self.world.away.add if away else self.world.away.discard)(source)
        self.world.clock.go_on(seconds)
        self.world.page_size = size

    # Operators

    @rule(
        source=sources,
        what=st.sampled_from(["dump", "restore", "restore", "trim", "renew"]),
        seconds=st.integers(0, 30),
    )
    def operate(self, source: str, what: str, seconds: int):
        if what == "dump" or (what == "restore" and not self.dumps[source]):
            self.dumps[source].append(self.world.dump(source))
        elif what == "restore":
            self.restore(source, seconds % len(self.dumps[source]))
        elif what == "trim":
            self.trim(source, seconds)
        else:
            self.renew(source)

    @rule(source=sources, subscriber=subscribers, who=either, noticed=st.booleans())
    def yesterdays_backup(self, source: str, subscriber: str, who: int, noticed: bool) -> None:
        """Some hear messages that the restored log then knows nothing of; its positions are given again."""
        self.operate(source, "dump", 0)
        self.traffic(source, who, None, 2)
        self.quiet_gap(subscriber, who, source, None)
        self.restore(source, -1)
        self.traffic(source, 1 - who, None, 1)
        if noticed:
            self.quiet_gap(subscriber, 1 - who, source, None)

    @rule(source=sources, subscriber=subscribers, who=either)
    def away_too_long(self, source: str, subscriber: str, who: int) -> None:
        """One hears all, and then the log is trimmed before the other has."""
        self.traffic(source, who, None, 2)
        self.quiet_gap(subscriber, who, source, None)
        self.operate(source, "trim", 0)
        self.traffic(source, who, None, 1)

    def restore(self, source: str, which: int):
        for entry in [entry for entry in self.open if entry[0] == source]:
            entry[1].close()
            self.open.remove(entry)
        self._look(source)
        dump = self.dumps[source][which]
        # A row that was dumped between its commit and its number gets one in each life, and is told in each.
        straddling = {row["data"]["n"] for row in dump["outbox"] if row["position"] is None}
        self.twice_allowed |= straddling
        self.lives[source].append({row["data"]["n"]: row["position"] for row in dump["outbox"] if row["position"]})
        self.world.restore(source, dump, home=f"elsewhere {len(self.lives[source])}")
        self.unsettled.add(source)
        self._note_who_starts_over(source)

    def trim(self, source: str, seconds: int):
        self.world.trim(source, self.world.clock() - timedelta(seconds=seconds))
        self._note_who_starts_over(source)

    def renew(self, source: str):
        self._end_all(source)
        with self.world.transaction(source) as session:
            self.world.logs[source].renew(session, None, now=self.world.clock())
        self._note_who_starts_over(source)

    @rule(source=sources, what=st.sampled_from(["publish", "restore", "trim", "renew", "gamma", "delta"]), who=either)
    def while_a_page_travels(self, source: str, what: str, who: int):
        """Something happens between a source's answer and its being applied."""

        def happen() -> None:
            if what == "publish":
                self.publish(source, "said", None, "gamma")
                self.relay(source, who, None, inside=False)
            elif what in SUBSCRIBERS:
                self.quiet_gap(what, who, source, None)
            else:
                self.operate(source, what, who)

        self.world.during_page[:] = [happen]

    # What must be true

    @rule(by_broker=st.booleans())
    def all_quiet(self, by_broker: bool):
        self.world.broker.away = False
        self.world.away.clear()
        self.world.during_page.clear()
        self._end_all()
        for _ in range(ROUNDS):
            for source in SOURCES:
                for _ in range(50):
                    if not self._step(source, self.relays[source][self.leader[source]], Steps(None)):
                        break
                self._look(source)
            self._end_round(by_broker)
            if all(self._at_head(subscriber, source) for subscriber in SUBSCRIBERS for source in SOURCES):
                break
            self.world.clock.go_on(LONGER_THAN_ANY_PAUSE)
        for source in SOURCES:
            self._check_log(source)
            for subscriber in SUBSCRIBERS:
                self._check(subscriber, source)

    def teardown(self):
        self.all_quiet(by_broker=False)


def machine_for(world: World) -> type[Machine]:
    return type("Mechanism", (Machine,), {"world": world})

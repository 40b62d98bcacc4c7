"""D20 from a yes to a text that leaves: members, its messages, notifications, and real databases between."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members import handlers as members_handlers
from services.members import use_cases
from services.members.models import Address, Channel, Consent, Member, Via
from services.members.schemas.choices import Answer, ChoicesEdit
from services.members.wordings import CURRENT
from services.notifications import handlers as notifications_handlers
from services.notifications.models import Lane, Notification
from services.notifications.use_cases import stopping
from services.notifications.use_cases.claiming import Claim, claim, mark_leaving
from shared.contracts.members import Purpose
from shared.db import Sessions
from shared.messaging import LogReader
from shared.testing.deliver import Part, deliver
from tests.conftest import Clock
from tests.journeys.test_d20_consent import MONDAY, a_yes_to, allowed
from tests.members.builders import HOUSE
from tests.notifications.builders import cancelled, given_going, given_occurrence, planned

channels, purposes = st.sampled_from(Channel), st.sampled_from(Purpose)
STEPS = st.one_of(
    st.tuples(st.just("says"), purposes, channels, st.booleans()),
    st.tuples(st.sampled_from(["stop", "start", "fail"]), channels),
    st.tuples(st.just("pauses"), st.integers(0, 3)),
    st.tuples(st.just("plan"), purposes),
    st.tuples(st.sampled_from(["call_off", "tell", "claim", "leave", "wait"])),
)


@dataclass
class Forum:
    """One member of it, what was said, and what left. `heard`: the last consent row that notifications knows of."""

    parts: dict[str, Part]
    clock: Clock
    member: UUID
    claims: list[Claim] = field(default_factory=list)
    heard: int = 0
    left: int = 0
    stopped: bool = False

    @contextmanager
    def at(self, service: str) -> Iterator[Session]:
        with self.parts[service].sessions.begin() as session:
            yield session

    def says(self, purpose: Purpose, channel: Channel, given: bool) -> None:
        answer = Answer(purpose=purpose, channel=channel, given=given, wording=CURRENT)
        with self.at("members") as session:
            use_cases.say_consents(
                session, self.member, [answer], recorded_by=self.member, via=Via.WEB, house=HOUSE, now=self.clock()
            )

    def stop(self, channel: Channel) -> None:
        with self.at("notifications") as session:
            stopping.stop(session, channel, str(self.member), self.member, self.clock())
        self.stopped = True

    def start(self, channel: Channel) -> None:
        with self.at("notifications") as session:
            stopping.start(session, channel, str(self.member), self.member, self.clock())
        self.stopped = False

    def fail(self, channel: Channel) -> None:
        with self.at("members") as session:
            use_cases.fail_channel(session, self.member, channel, now=self.clock())

    def pauses(self, days: int) -> None:
        edit = ChoicesEdit(paused_until=(self.clock() + timedelta(days=days)).date())
        with self.at("members") as session:
            use_cases.change_choices(session, self.member, edit, seen=None, house=HOUSE, now=self.clock())

    def plan(self, kind: Purpose) -> None:
        with self.at("notifications") as session:
            planned(session, self.clock(), self.member, kind, lasts=timedelta(days=30), rule=f"a test of {kind}")

    def call_off(self) -> None:
        with self.at("notifications") as session:
            games = given_occurrence(session, self.clock())
            given_going(session, self.clock(), games, self.member)
            cancelled(session, self.clock(), games)

    def tell(self) -> None:
        deliver(self.parts, self.clock)
        with self.at("members") as session:
            self.heard = session.scalar(select(func.max(Consent.number))) or 0

    def claim(self) -> None:
        with self.at("notifications") as session:
            self.claims += [each for lane in Lane for each in claim(session, lane, 100, self.clock())[0]]

    def wait(self) -> None:
        self.clock.go_on(minutes=1)

    def leave(self) -> None:
        with self.at("notifications") as session:
            references = mark_leaving(session, self.claims, self.clock())
        for each in self.claims:
            if each.reference in references:
                self.check(each)
        self.claims = []

    def check(self, leaving: Claim) -> None:
        self.left += 1
        assert not self.stopped
        with self.at("members") as session:
            known = select(Consent).where(Consent.member_id == self.member, Consent.number <= self.heard)
            rows = session.scalars(known.order_by(Consent.number)).all()
        with self.at("notifications") as session:
            notification = session.get_one(Notification, leaving.notification_id)
            assert allowed(rows, a_yes_to(notification), leaving.channel)


@contextmanager
def forum(sessions: Callable[[str], Sessions]) -> Iterator[Forum]:
    """A forum of which nothing is left afterwards."""
    members, notifications = sessions("members"), sessions("notifications")
    with members.kw["bind"].begin_nested() as one, notifications.kw["bind"].begin_nested() as other:
        parts = {
            "members": Part(members, LogReader("members"), members_handlers.SUBSCRIPTIONS),
            "notifications": Part(notifications, LogReader("notifications"), notifications_handlers.SUBSCRIPTIONS),
        }
        ours = Forum(parts, Clock(MONDAY), somebody(members))
        ours.says(Purpose.ACCOUNT, Channel.SMS, given=True)
        ours.tell()
        yield ours
        one.rollback()
        other.rollback()


def somebody(members: Sessions) -> UUID:
    with members.begin() as session:
        member = Member.begun(None, Channel.SMS, "Europe/London", MONDAY)
        session.add(member)
        session.flush()
        for channel in Channel:
            sealed = {"nonce": b"", "ciphertext": b"", "blind_index": channel}
            session.add(Address(member_id=member.id, channel=channel, added_at=MONDAY, **sealed))
        return member.id


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(history=st.lists(STEPS, min_size=1, max_size=12))
def test_d20_nothing_leaves_without_a_row_while_everything_changes_under_it(
    sessions: Callable[[str], Sessions], history: list[tuple[Any, ...]]
):
    with forum(sessions) as ours:
        for step, *arguments in [*history, ("plan", Purpose.JOINED), ("claim",), ("leave",)]:
            getattr(ours, step)(*arguments)


def test_what_has_a_row_does_leave(sessions: Callable[[str], Sessions]):
    with forum(sessions) as ours:
        ours.says(Purpose.FORUM, Channel.EMAIL, given=True)
        for kind in Purpose:
            ours.plan(kind)
        ours.call_off()
        ours.tell()
        ours.claim()
        ours.leave()
        assert ours.left == 3

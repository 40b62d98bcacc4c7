"""D20: no notification leaves without a live consent row, whatever people say, and in whatever order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.members.consent import started, stopped, vouched
from services.members.models import ASKS_A_MONTH, Address, AddressState, Channel, Consent, Member, Via
from services.members.use_cases.preferences import preferences_of
from services.notifications.gate import NOT_AGREED, judge
from services.notifications.models import Notification, Occurrence, Recipient, State
from shared.contracts.members import Purpose
from shared.ids import new_id

MONDAY = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
ASKED = {"given": st.booleans(), "purpose": st.sampled_from(Purpose), "channel": st.sampled_from(Channel)}
SORTS = [*((purpose, "a reminder", None) for purpose in Purpose), (Purpose.JOINED, "cancelled", new_id())]
NOTIFICATIONS = [
    Notification(kind=kind, rule=rule, occurrence_id=about, expires_at=MONDAY.replace(year=2030), breaks_through=True)
    for kind, rule, about in SORTS
]
CALLED_OFF = Occurrence(cancelled=True)

channels = st.sampled_from(Channel)
STEPS = st.one_of(
    st.tuples(st.just("says"), st.fixed_dictionaries(ASKED)),
    st.tuples(st.sampled_from(["stop", "start", "fail", "revive"]), st.fixed_dictionaries({"channel": channels})),
    st.tuples(st.just("vouched"), st.just({})),
    st.tuples(st.just("pause"), st.fixed_dictionaries({"days": st.integers(0, 20)})),
    st.tuples(st.just("asks"), st.fixed_dictionaries({"a_month": st.integers(0, 3)})),
    st.tuples(st.just("wait"), st.fixed_dictionaries({"hours": st.integers(1, 100)})),
)
HISTORIES = st.lists(STEPS, min_size=1, max_size=12)


def allowed(rows: Iterable[Consent], purposes: Iterable[Purpose], channel: str) -> bool:
    """The oracle: read the rows as they were added, and nothing else."""
    verdict = dict.fromkeys(purposes, False)
    for row in rows:
        if row.channel == channel and row.purpose in verdict:
            verdict[row.purpose] = row.given
    return any(verdict.values())


def a_yes_to(notification: Notification) -> Iterable[Purpose]:
    """A yes to which of these lets it leave."""
    return tuple(Purpose) if notification.rule == "cancelled" else (Purpose(notification.kind),)


@dataclass
class Person:
    """A member with two addresses, what they said, and what notifications knows of them: no database."""

    now: datetime = MONDAY
    rows: list[Consent] = field(default_factory=list)
    texted_stop: bool = False

    def __post_init__(self) -> None:
        self.member = Member(
            id=new_id(),
            language="en",
            timezone="Europe/London",
            preferred_channel=Channel.SMS,
            quiet_from=time(21),
            quiet_until=time(9),
            asks_a_month=ASKS_A_MONTH,
        )
        self.addresses = {channel: Address(channel=channel, state=AddressState.ACTIVE) for channel in Channel}

    def last(self) -> list[Consent]:
        return list({(row.purpose, row.channel): row for row in self.rows}.values())

    def says(self, **answer: Any) -> None:
        self.rows.append(Consent(member_id=self.member.id, wording="2026-11", via=Via.WEB, at=self.now, **answer))

    def vouched(self) -> None:
        self.rows += vouched(self.last(), self.member.id, self.addresses, self.now)

    def stop(self, channel: Channel) -> None:
        self.texted_stop = True
        self.addresses[channel].stop()
        self.rows += stopped(self.last(), channel, self.now)

    def start(self, channel: Channel) -> None:
        self.texted_stop = False
        self.addresses[channel].start()
        self.rows += started(self.last(), channel, self.now)

    def fail(self, channel: Channel) -> None:
        self.addresses[channel].fail()

    def revive(self, channel: Channel) -> None:
        self.addresses[channel].revive()

    def pause(self, days: int) -> None:
        self.member.paused_until = (self.now + timedelta(days=days)).date()

    def asks(self, a_month: int) -> None:
        self.member.asks_a_month = a_month

    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def as_heard(self) -> Recipient:
        """What the message of members makes of them in notifications."""
        message = preferences_of(self.member, self.addresses.values(), self.last()).model_dump(mode="json")
        names = ("channels", "consents", "timezone", "asks_a_month")
        wishes = {name: message[name] for name in names} | {"paused_until": self.member.paused_until}
        return Recipient(quiet_from=time(21), quiet_until=time(9), stopped=self.texted_stop, **wishes)


@settings(max_examples=10_000, suppress_health_check=[HealthCheck.too_slow])
@given(HISTORIES)
def test_d20_no_notification_leaves_without_a_live_consent_row(history: list[tuple[str, dict[str, Any]]]):
    person = Person()
    for step, arguments in history:
        getattr(person, step)(**arguments)
        recipient = person.as_heard()
        works = [channel for channel in Channel if person.addresses[channel].state is AddressState.ACTIVE]
        for notification in NOTIFICATIONS:
            may = [channel for channel in works if allowed(person.rows, a_yes_to(notification), channel)]
            verdict = judge(notification, recipient, CALLED_OFF, going=True, now=person.now)
            assert verdict.state != State.CLAIMED or (verdict.channel in may and not person.texted_stop)
            assert verdict.reason not in NOT_AGREED.values() or not may

"""What members said yes and no to decides what leaves, and by which channel."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from services.notifications import handlers, jobs
from services.notifications.jobs import Sending
from services.notifications.models import Lane, Notification, Recipient, State
from services.notifications.use_cases import claiming
from shared.contracts.events import HostAsked
from shared.contracts.members import Purpose
from shared.db import Sessions
from shared.ids import new_id
from shared.migrations import config_for
from shared.testing.databases import Databases
from tests.conftest import Clock
from tests.notifications.builders import (
    cancelled,
    given_going,
    given_member,
    given_occurrence,
    joined,
    likes,
    planned,
)
from tests.notifications.conftest import OwnChannel
from tests.shared.waiting import until

JOINED, FORUM, ASK, ACCOUNT = Purpose
DAY, FORTNIGHT = timedelta(days=1), timedelta(days=14)


@pytest.fixture
def one(session: Session, clock: Clock) -> UUID:
    return given_member(session, clock(), "sms", "email")


def outcomes(session: Session, member: UUID) -> Sequence[tuple[str, str | None]]:
    session.expire_all()
    rows = session.scalars(select(Notification).where(Notification.member_id == member).order_by(Notification.id))
    return [(row.state, row.reason) for row in rows]


def send(session: Session, sending: Sending) -> None:
    session.commit()
    for job in (jobs.send_urgent, jobs.send_reminders, jobs.send_bulk):
        job(sending)


def test_who_is_asked_to_host_is_asked_no_more_often_than_they_like(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, one: UUID
):
    clock.set(datetime(2026, 11, 24, 12, tzinfo=UTC))
    likes(session, clock(), one, "sms", asks_a_month=2)
    for _ in range(3):
        for _ in range(2):
            handlers.host_asked(session, HostAsked(activity_id=one, member_id=one), clock())
        send(session, sending)
        clock.go_on(days=1)
    assert len(sms.sent) == 2
    assert "run something" in sms.sent[0].words.text
    assert outcomes(session, one)[-1][1] == "You were asked as often as you like in the last 30 days."


def test_a_yes_to_a_way_we_cannot_write_yet_is_told_as_that(
    session: Session, sending: Sending, clock: Clock, one: UUID
):
    likes(session, clock(), one, "sms", "whatsapp", consents={ACCOUNT: ["whatsapp"]})
    joined(session, clock(), one)
    send(session, sending)
    assert outcomes(session, one) == [("suppressed", "We cannot write to you yet in the way you said yes to.")]


def test_the_first_channel_with_a_yes_is_used(
    session: Session, sending: Sending, sms: OwnChannel, email: OwnChannel, clock: Clock, one: UUID
):
    likes(session, clock(), one, "sms", "email", consents={ACCOUNT: ["email"], FORUM: ["sms"]})
    joined(session, clock(), one)
    send(session, sending)
    assert (len(sms.sent), len(email.sent)) == (0, 1)


def test_a_channel_with_a_yes_that_does_not_work_is_not_used(
    session: Session, sending: Sending, sms: OwnChannel, email: OwnChannel, clock: Clock, one: UUID
):
    likes(session, clock(), one, "email", consents={ACCOUNT: ["sms"]})
    joined(session, clock(), one)
    send(session, sending)
    assert (len(sms.sent), len(email.sent)) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (JOINED, "You have not said yes to messages about what you join."),
        (FORUM, "You have not said yes to news."),
        (ASK, "You have not said yes to being asked."),
        (ACCOUNT, "You have not said yes to messages about your account."),
    ],
)
def test_without_a_yes_nothing_leaves_and_its_recipient_can_read_why(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, one: UUID, kind: Purpose, reason: str
):
    others = {purpose: ["sms"] for purpose in Purpose if purpose is not kind}
    likes(session, clock(), one, "sms", consents=others)
    planned(session, clock(), one, kind, lasts=DAY)
    send(session, sending)
    assert (sms.sent, outcomes(session, one)) == ([], [(State.SUPPRESSED, reason)])


def test_a_cancellation_takes_any_channel_with_a_yes_and_none_without(
    session: Session, sending: Sending, sms: OwnChannel, email: OwnChannel, clock: Clock, one: UUID
):
    silent, elsewhere = (given_member(session, clock(), "sms", "email") for _ in range(2))
    games = given_occurrence(session, clock())
    for member in (one, silent, elsewhere):
        given_going(session, clock(), games, member)
    likes(session, clock(), one, "sms", "email", consents={FORUM: ["email"]})
    likes(session, clock(), silent, "sms", "email", consents={})
    # WhatsApp works for them, and nothing is written for it yet.
    likes(session, clock(), elsewhere, "whatsapp", "sms", consents={JOINED: ["whatsapp"], FORUM: ["sms"]})
    cancelled(session, clock(), games)
    send(session, sending)
    assert [parcel.address for parcel in (*sms.sent, *email.sent)] == [f"sms:{elsewhere}", f"email:{one}"]


def test_a_pause_keeps_news_and_asks_back_and_nothing_else(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, one: UUID
):
    likes(session, clock(), one, paused_until=date(2026, 11, 26))
    for kind in Purpose:
        other = likes(session, clock(), given_member(session, clock()), paused_until=date(2026, 11, 26))
        planned(session, clock(), one if kind is FORUM else other, kind, lasts=FORTNIGHT)
    send(session, sending)
    assert len(sms.sent) == 2
    assert outcomes(session, one) == [(State.PLANNED, "Kept until your pause ends.")]
    clock.set(datetime(2026, 11, 26, 0, 0, 1, tzinfo=UTC))
    send(session, sending)
    assert outcomes(session, one) == [(State.PLANNED, "Kept until your quiet hours end.")]
    clock.set(datetime(2026, 11, 26, 9, tzinfo=UTC))
    send(session, sending)
    assert len(sms.sent) == 4


def test_what_a_pause_outlasts_is_not_sent(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, one: UUID
):
    likes(session, clock(), one, paused_until=date(2026, 12, 24))
    planned(session, clock(), one, ASK, lasts=DAY)
    send(session, sending)
    assert outcomes(session, one) == [(State.EXPIRED, "Your pause lasted until it was of no use.")]


@pytest.mark.parametrize(
    "wishes", [{"paused_until": None}, {"paused_until": date(2026, 11, 23)}], ids=["ended", "over"]
)
def test_what_was_kept_comes_when_the_pause_is_ended_early(
    session: Session, sending: Sending, sms: OwnChannel, clock: Clock, one: UUID, wishes: dict[str, date | None]
):
    likes(session, clock(), one, paused_until=date(2026, 12, 1))
    planned(session, clock(), one, FORUM, lasts=FORTNIGHT)
    send(session, sending)
    likes(session, clock(), one, **wishes)
    send(session, sending)
    assert len(sms.sent) == 1


def test_who_wants_no_asks_gets_none(session: Session, sending: Sending, sms: OwnChannel, clock: Clock, one: UUID):
    likes(session, clock(), one, asks_a_month=0)
    planned(session, clock(), one, ASK, lasts=DAY)
    send(session, sending)
    assert (sms.sent, outcomes(session, one)) == ([], [(State.SUPPRESSED, "You told us never to ask.")])


@pytest.mark.parametrize(
    ("wishes", "state", "channels"),
    [
        ({"consents": {}}, State.SUPPRESSED, []),
        ({"consents": {JOINED: ["email"]}}, State.ACCEPTED, ["email"]),
        ({"quiet_from": time(9), "quiet_until": time(20)}, State.PLANNED, []),
    ],
    ids=["no", "elsewhere", "quiet"],
)
def test_what_a_member_says_after_the_claim_still_counts(
    session: Session,
    db: Sessions,
    sending: Sending,
    sms: OwnChannel,
    email: OwnChannel,
    clock: Clock,
    one: UUID,
    wishes: dict[str, object],
    state: State,
    channels: list[str],
):
    planned(session, clock(), one, JOINED, lasts=DAY)
    session.commit()
    with db.begin() as theirs:
        claims, _ = claiming.claim(theirs, Lane.BULK, 10, clock())
    likes(session, clock(), one, "sms", "email", **wishes)
    session.commit()
    with db.begin() as theirs:
        assert claiming.mark_leaving(theirs, claims, clock()) == set()
    send(session, sending)
    assert outcomes(session, one)[0][0] == state
    assert [channel.name for channel in (sms, email) if channel.sent] == channels


def test_what_has_left_is_not_sent_again_by_another_wish(
    session: Session, db: Sessions, sending: Sending, sms: OwnChannel, clock: Clock, one: UUID
):
    planned(session, clock(), one, JOINED, lasts=DAY)
    session.commit()
    with db.begin() as theirs:
        claims, _ = claiming.claim(theirs, Lane.BULK, 10, clock())
        assert len(claiming.mark_leaving(theirs, claims, clock())) == 1
    likes(session, clock(), one, "sms", "email", quiet_from=time(23))
    send(session, sending)
    assert (sms.sent, outcomes(session, one)) == ([], [(State.CLAIMED, None)])


def test_what_an_older_publisher_does_not_say_stays(session: Session, clock: Clock, one: UUID):
    likes(session, clock(), one, "sms", consents={FORUM: ["sms"]})
    likes(session, clock(), one, "sms", "email", consents=None)
    assert session.get_one(Recipient, one).consents == {"forum": ["sms"]}
    new = likes(session, clock(), new_id(), "email", consents=None)
    assert session.get_one(Recipient, new).consents == {"joined": ["email"], "account": ["email"]}


@pytest.mark.committed
def test_a_no_that_is_heard_while_a_claim_is_made_still_counts(databases: Databases, clock: Clock):
    with databases.owned_sessions("notifications") as db, ThreadPoolExecutor() as pool:
        with db.begin() as session:
            one = given_member(session, clock())
            planned(session, clock(), one, FORUM, lasts=DAY)

        def says_no() -> None:
            with db.begin() as theirs:
                likes(theirs, clock(), one, consents={})

        with db.begin() as claimer, db() as watcher:
            claims, _ = claiming.claim(claimer, Lane.BULK, 10, clock())
            no = pool.submit(says_no)
            waits = text("SELECT 1 FROM pg_locks WHERE NOT granted")
            until(lambda: watcher.execute(waits).all(), "the no waits for the claim")
        no.result()
        with db.begin() as claimer:
            assert (len(claims), claiming.mark_leaving(claimer, claims, clock())) == (1, set())
            assert claiming.claim(claimer, Lane.BULK, 10, clock()) == ([], 1)


def test_whoever_was_known_before_consents_keeps_their_reminders(databases: Databases):
    url = databases.empty("before", lambda url: command.upgrade(config_for("notifications", url), "0001"))
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO recipients (member_id, channels, quiet_from, quiet_until, timezone, language)"
                """ VALUES (gen_random_uuid(), '["sms", "email"]', '21:00', '09:00', 'Europe/London', 'en')"""
            )
        )
    command.upgrade(config_for("notifications", url), "head")
    with Session(engine) as session:
        known = session.scalars(select(Recipient)).one()
        assert known.consents == {"joined": ["sms", "email"], "account": ["sms", "email"]}
    engine.dispose()

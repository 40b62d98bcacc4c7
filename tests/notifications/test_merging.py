"""Two records of one person become one: they hear of everything once, in whatever order that is heard here."""

from collections.abc import Callable, Sequence
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications import handlers, jobs
from services.notifications.models import Going, Notification, Recipient
from services.notifications.use_cases.stopping import stop
from services.notifications.vault import Address, Wanted
from shared.contracts.events import Answer
from shared.contracts.members import MemberErased, MemberMerged, SignInCodeIssued
from tests.conftest import Clock
from tests.notifications.builders import given_going, given_member, given_occurrence, joined, says
from tests.notifications.conftest import OwnChannel, OwnVault, Sending

Two = tuple[UUID, UUID]


@pytest.fixture
def two(session: Session, clock: Clock) -> Two:
    """The record that is kept, and the one that goes."""
    return given_member(session, clock.at), given_member(session, clock.at)


def merge(session: Session, two: Two, clock: Clock) -> None:
    handlers.member_merged(session, MemberMerged(kept_id=two[0], gone_id=two[1]), clock.at)


def waiting(session: Session) -> list[tuple[UUID, str]]:
    query = select(Notification.member_id, Notification.rule).where(Notification.state.in_(["planned", "due"]))
    return sorted((who, rule) for who, rule in session.execute(query))


def coming(session: Session) -> list[UUID]:
    return list(session.scalars(select(Going.member_id)))


ORDERS = [order for order in permutations(("merged", "no", "answer")) if order.index("no") < order.index("answer")]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("mine", [True, False])
@pytest.mark.parametrize("then", list(Answer))
def test_reminders_follow_the_answer_that_counts_in_any_order(
    session: Session, two: Two, clock: Clock, order: Sequence[str], mine: bool, then: Answer
):
    kept, gone = two
    evening = given_occurrence(session, clock.at)
    for who in (gone, kept)[: 1 + mine]:
        given_going(session, clock.at, evening, who)
    heard: dict[str, Callable[[], None]] = {
        "merged": lambda: merge(session, two, clock),
        "no": lambda: says(session, clock.at, evening, gone, Answer.NOT_GOING),
        "answer": lambda: says(session, clock.at, evening, kept, then),
    }
    for what in order:
        heard[what]()
    is_coming = then is Answer.GOING
    assert coming(session) == [kept] * is_coming
    assert waiting(session) == [(kept, rule) for rule in ("day-before", "two-hours-before")] * is_coming
    assert session.scalars(select(Recipient.member_id)).all() == [kept]


def test_what_waits_for_both_waits_once_and_a_code_of_the_one_that_is_gone_is_dropped(
    session: Session, two: Two, clock: Clock
):
    for each in two:
        joined(session, clock.at, each)
    code = SignInCodeIssued(member_id=two[1], challenge_id=uuid4(), channel="sms")
    handlers.sign_in_code_issued(session, code, clock.at)
    for _ in range(2):
        merge(session, two, clock)
    assert waiting(session) == [(two[0], "welcome")]


def test_what_was_sent_to_either_is_theirs(session: Session, two: Two, sending: Sending, clock: Clock):
    for each in two:
        joined(session, clock.at, each)
    session.commit()
    jobs.send_bulk(sending)
    merge(session, two, clock)
    assert session.execute(select(Notification.member_id, Notification.state)).all() == [(two[0], "accepted")] * 2


def test_what_a_worker_had_claimed_is_sent_to_the_kept_record(
    session: Session, two: Two, sending: Sending, sms: OwnChannel, vault: OwnVault, clock: Clock
):
    joined(session, clock.at, two[1])
    session.commit()
    inner = vault.resolve

    def resolve(wanted: Sequence[Wanted], reason: str) -> dict[Wanted, Address]:
        merge(session, two, clock)
        session.commit()
        return inner(wanted, reason)

    vault.resolve = resolve  # type: ignore[method-assign]
    jobs.send_bulk(sending)
    vault.resolve = inner  # type: ignore[method-assign]
    jobs.send_bulk(sending)
    assert [parcel.address for parcel in sms.sent] == [f"sms:{two[0]}"]


def test_a_stop_was_said_by_the_person(session: Session, two: Two, clock: Clock):
    stop(session, "sms", "index", two[1], clock.at)
    merge(session, two, clock)
    assert session.scalars(select(Recipient.stopped)).all() == [True]


def test_what_is_heard_later_of_either_brings_nobody_back(session: Session, two: Two, clock: Clock):
    kept, gone = two
    evening = given_occurrence(session, clock.at)
    given_going(session, clock.at, evening, gone)
    handlers.member_erased(session, MemberErased(erasure_id=uuid4(), member_id=kept), clock.at)
    merge(session, two, clock)
    says(session, clock.at, evening, gone, Answer.GOING)
    joined(session, clock.at, gone)
    assert coming(session) == []
    assert session.scalars(select(Notification)).all() == []

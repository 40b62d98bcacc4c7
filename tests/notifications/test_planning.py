from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications import handlers
from services.notifications.models import Notification, State
from shared.contracts.events import Answer, OccurrenceConfirmed, OccurrenceDescribed
from tests.conftest import Clock
from tests.notifications.builders import (
    THURSDAY,
    cancelled,
    given_going,
    given_member,
    given_occurrence,
    joined,
    moved,
    says,
    scheduled,
    state,
)


def waiting(session: Session, member_id: UUID) -> dict[str, datetime]:
    rows = session.scalars(
        select(Notification).where(Notification.member_id == member_id, Notification.state == State.PLANNED)
    )
    return {row.rule: row.due_at for row in rows}


def ended(session: Session, member_id: UUID) -> dict[str, str | None]:
    rows = session.scalars(
        select(Notification).where(Notification.member_id == member_id, Notification.state != State.PLANNED)
    )
    return {row.rule: row.reason for row in rows}


def test_who_is_coming_gets_two_reminders(session: Session, clock: Clock):
    member, games = given_member(session, clock()), given_occurrence(session, clock())
    given_going(session, clock(), games, member)
    assert waiting(session, member) == {
        "day-before": datetime(2026, 11, 25, 18, tzinfo=UTC),
        "two-hours-before": datetime(2026, 11, 26, 16, 30, tzinfo=UTC),
    }


def test_saying_yes_twice_plans_once(session: Session, clock: Clock):
    member, games = given_member(session, clock()), given_occurrence(session, clock())
    given_going(session, clock(), games, member)
    given_going(session, clock(), games, member)
    assert len(waiting(session, member)) == 2


def test_a_reminder_whose_time_has_passed_is_not_made_up_for(session: Session, clock: Clock):
    clock.set(datetime(2026, 11, 25, 19, tzinfo=UTC))
    member, games = given_member(session, clock()), given_occurrence(session, clock())
    given_going(session, clock(), games, member)
    assert list(waiting(session, member)) == ["two-hours-before"]


def test_no_silences_what_was_planned(session: Session, clock: Clock):
    member, games = given_member(session, clock()), given_occurrence(session, clock())
    given_going(session, clock(), games, member)
    says(session, clock(), games, member, Answer.NOT_GOING)
    assert waiting(session, member) == {}
    assert set(ended(session, member).values()) == {"You said you are not coming."}


def test_yes_after_no_plans_anew(session: Session, clock: Clock):
    member, games = given_member(session, clock()), given_occurrence(session, clock())
    for answer in (Answer.GOING, Answer.NOT_GOING, Answer.GOING):
        says(session, clock(), games, member, answer)
    assert len(waiting(session, member)) == 2


def test_reminders_move_with_the_occurrence_and_those_coming_are_told(session: Session, clock: Clock):
    member, games = given_member(session, clock()), given_occurrence(session, clock())
    other = given_member(session, clock())
    given_going(session, clock(), games, member)
    moved(session, clock(), games, THURSDAY + timedelta(days=1))
    assert waiting(session, member) == {
        "day-before": datetime(2026, 11, 26, 18, tzinfo=UTC),
        "two-hours-before": datetime(2026, 11, 27, 16, 30, tzinfo=UTC),
        "moved": clock(),
    }
    assert waiting(session, other) == {}


def test_moved_to_sooner_than_a_reminder_drops_that_reminder(session: Session, clock: Clock):
    member, games = given_member(session, clock()), given_occurrence(session, clock())
    given_going(session, clock(), games, member)
    moved(session, clock(), games, datetime(2026, 11, 23, 18, 30))
    assert set(waiting(session, member)) == {"two-hours-before", "moved"}


def test_cancelled_ends_reminders_and_tells_only_those_coming(session: Session, clock: Clock):
    member, games = given_member(session, clock()), given_occurrence(session, clock())
    other = given_member(session, clock())
    given_going(session, clock(), games, member)
    says(session, clock(), games, other, Answer.NOT_GOING)
    cancelled(session, clock(), games)
    assert waiting(session, member) == {"cancelled": clock()}
    assert waiting(session, other) == {}


def test_those_coming_hear_that_it_is_certain_unless_it_is_not_any_more(session: Session, clock: Clock):
    games, member = given_occurrence(session, clock()), given_member(session, clock())
    given_going(session, clock(), games, member)
    handlers.occurrence_confirmed(session, state(OccurrenceConfirmed, games), clock())
    assert waiting(session, member)["confirmed"] == clock()
    unsure = state(OccurrenceDescribed, games).model_copy(update={"tentative": True})
    handlers.occurrence_described(session, unsure, clock())
    assert "confirmed" not in waiting(session, member)


def test_what_is_over_is_not_spoken_of(session: Session, clock: Clock):
    member, games = given_member(session, clock()), given_occurrence(session, clock())
    given_going(session, clock(), games, member)
    clock.go_on(days=7)
    cancelled(session, clock(), games)
    assert "cancelled" not in waiting(session, member)


def test_brought_back_plans_again_for_those_still_coming(session: Session, clock: Clock):
    member = given_member(session, clock())
    games = given_occurrence(session, clock())
    given_going(session, clock(), games, member)
    cancelled(session, clock(), games)
    scheduled(session, clock(), games)
    assert {"day-before", "two-hours-before"} <= set(waiting(session, member))


def test_somebody_new_is_welcomed(session: Session, clock: Clock):
    member = given_member(session, clock())
    joined(session, clock(), member)
    assert waiting(session, member) == {"welcome": clock()}

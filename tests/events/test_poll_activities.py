"""Making the activity that a poll came to, and signing up those who said yes to that very date."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.errors import polls as errors
from services.events.errors.programme import TimeUnusable
from services.events.models import Activity, Group, Idea, IdeaState, Occurrence, Poll, Rsvp, Waiting
from services.events.schemas.poll_activities import MadeView, MakeActivity
from services.events.use_cases.closing_polls import close_poll
from services.events.use_cases.groups import leave_group
from services.events.use_cases.poll_activities import make_activity
from shared.auth import Caller
from tests.conftest import Clock
from tests.events.activity_builders import WEEKS, member_of
from tests.events.builders import LONDON, refused
from tests.events.poll_builders import given_poll, options_of, say


@pytest.fixture
def people(session: Session, group: Group) -> list[Caller]:
    return [member_of(session, group) for _ in range(5)]


def make(session: Session, poll: Poll, who: Caller, clock: Clock, option: int = 0, **fields: Any) -> MadeView:
    draft = MakeActivity.model_validate({"option_id": options_of(poll)[option].id} | fields)
    return make_activity(session, poll.id, draft, caller=who, zone=LONDON, weeks=WEEKS, now=clock())


@pytest.fixture
def dates(session: Session, group: Group, people: list[Caller], clock: Clock) -> Poll:
    """Four say yes to the first date, one of whom can host it; the maker only if need be."""
    maker, *others = people
    assert maker.member_id is not None
    poll = given_poll(session, group, maker.member_id, clock(), kind="dates", needs_host=True)
    say(session, poll, maker, clock(), dates=["if_need_be", "no"])
    for number, who in enumerate(others):
        clock.go_on(minutes=1)
        say(session, poll, who, clock(), dates=["yes"], hosts=[0] if number == 2 else [])
    return poll


def test_who_said_yes_to_that_date_has_a_place_the_first_first_and_the_rest_wait(
    session: Session, people: list[Caller], dates: Poll, clock: Clock
):
    maker, *others = people
    assert refused(make, session, dates, maker, clock) is errors.PollOpen
    close_poll(session, dates.id, caller=maker, now=clock())
    made = make(session, dates, maker, clock, capacity=3)
    assert (made.signed_up, made.waiting) == (3, 1)
    [evening] = session.scalars(select(Occurrence).where(Occurrence.activity_id == made.activity_id)).all()
    assert (evening.starts, evening.title, evening.going) == (options_of(dates)[0].starts, "What next?", 3)
    assert set(session.scalars(select(Rsvp.member_id))) == {each.member_id for each in others[:3]}
    assert session.scalars(select(Waiting.member_id)).all() == [others[3].member_id]
    assert refused(make, session, dates, maker, clock) is errors.MadeAlready


def test_who_left_is_not_signed_up(session: Session, group: Group, people: list[Caller], dates: Poll, clock: Clock):
    assert people[1].member_id is not None
    close_poll(session, dates.id, caller=people[0], now=clock())
    leave_group(session, group.id, people[1].member_id, now=clock())
    assert make(session, dates, people[0], clock).signed_up == 3


def test_a_date_that_won_is_made_by_who_can_host_it_and_no_other_member(
    session: Session, people: list[Caller], dates: Poll, clock: Clock
):
    close_poll(session, dates.id, caller=people[0], now=clock())
    assert refused(make, session, dates, people[1], clock) is errors.NotYourPoll
    assert refused(make, session, dates, people[3], clock, 1) is errors.DidNotWin
    assert make(session, dates, people[3], clock).signed_up == 4


def test_a_thing_that_won_needs_a_time_and_its_idea_knows_what_it_became(
    session: Session, group: Group, people: list[Caller], clock: Clock
):
    maker, other, *_ = people
    assert maker.member_id is not None
    idea = Idea(group_id=group.id, member_id=other.member_id, words="Chess", written_at=clock(), state=IdeaState.POSTED)
    session.add(idea)
    session.flush()
    options = [{"idea_id": idea.id}, {"words": "A walk"}]
    poll = given_poll(session, group, maker.member_id, clock(), options=options, is_secret=True)
    say(session, poll, other, clock(), 0)
    close_poll(session, poll.id, caller=maker, now=clock())
    assert refused(make, session, poll, maker, clock) is TimeUnusable
    when = {"starts": "2026-12-10T18:30", "ends": "2026-12-10T21:00", "repeat": {"every": "week", "count": 3}}
    made = make(session, poll, maker, clock, **when)
    assert (made.signed_up, idea.activity_id) == (0, made.activity_id)
    assert session.get_one(Activity, made.activity_id).title == "Chess"

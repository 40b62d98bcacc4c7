"""Making the activity that a poll came to, with a place for those who said yes to that very date."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.errors.polls import DidNotWin, MadeAlready, NoSuchOption, NotYourPoll, PollOpen
from services.events.models import GroupMember, Idea, Occurrence, Poll, PollOption
from services.events.queries.polls import votes_of
from services.events.schemas.poll_activities import MadeView, MakeActivity
from services.events.tally import Free
from services.events.use_cases.activities import begin_activity
from services.events.use_cases.polls import find_poll
from services.events.use_cases.rsvp import answer_rsvp
from services.events.use_cases.waiting import wait_for_place
from shared.auth import Caller
from shared.contracts.events import Answer


def make_activity(
    session: Session, poll_id: UUID, draft: MakeActivity, *, caller: Caller, zone: str, weeks: int, now: datetime
) -> MadeView:
    """Begin what won, hosted by who presses: its maker, who said they can host it, or a convenor.

    Raises Unauthenticated, NoSuchPoll, PollOpen, NoSuchOption, NotYourPoll, DidNotWin, MadeAlready, and what
    `begin_activity` does.
    """
    poll = find_poll(session, poll_id, caller, to_change=True)
    option = _winner(poll, draft.option_id)
    if not _may_make(session, poll, option, caller):
        raise NotYourPoll("Ask who made it, who can host it, or a convenor of the group.")
    activity = begin_activity(session, draft.of(poll, option), caller=caller, zone=zone, weeks=weeks, now=now)
    option.activity_id = activity.id
    if option.idea_id is not None:
        session.get_one(Idea, option.idea_id).activity_id = activity.id
    on_that_date = select(Occurrence).where(Occurrence.activity_id == activity.id, Occurrence.starts == option.starts)
    occurrence = session.scalar(on_that_date)
    yes = _said_yes(session, poll, option)
    signed_up = _sign_up(session, occurrence, yes, now) if occurrence is not None else 0
    return MadeView(activity_id=activity.id, signed_up=signed_up, waiting=len(yes) - signed_up)


def _winner(poll: Poll, option_id: UUID) -> PollOption:
    option = next((each for each in poll.options if each.id == option_id), None)
    if option is None:
        raise NoSuchOption("Look at the poll again, and choose from what won.")
    if poll.result is None:
        raise PollOpen("Close it first, or wait until its time is over.")
    if str(option_id) not in poll.result["winners"]:
        raise DidNotWin("Choose from what won, or begin an activity of your own.")
    if option.activity_id is not None:
        raise MadeAlready("Look at what is on.")
    return option


def _may_make(session: Session, poll: Poll, option: PollOption, caller: Caller) -> bool:
    if caller.member_id == poll.made_by or caller.is_convenor_of(poll.group_id):
        return True
    return any(
        vote.member_id == caller.member_id and str(option.id) in vote.can_host for vote in votes_of(session, poll.id)
    )


def _sign_up(session: Session, occurrence: Occurrence, yes: Sequence[UUID], now: datetime) -> int:
    """A place for each, the first to have said yes first; for whom there is none, the line. How many have a place."""
    places = len(yes) if occurrence.capacity is None else min(occurrence.capacity, len(yes))
    for member_id in yes[:places]:
        answer_rsvp(session, occurrence.id, member_id, Answer.GOING, now=now)
    for member_id in yes[places:]:
        wait_for_place(session, occurrence.id, member_id, {}, now=now)
    return places


def _said_yes(session: Session, poll: Poll, option: PollOption) -> Sequence[UUID]:
    """Who still belongs. Who could come if need be is asked like anybody else."""
    belong = set(session.scalars(select(GroupMember.member_id).where(GroupMember.group_id == poll.group_id)))
    votes = votes_of(session, poll.id)
    return [each.member_id for each in votes if each.dates.get(str(option.id)) == Free.YES and each.member_id in belong]

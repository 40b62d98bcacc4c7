"""Polls of a group: any member may ask. They are answered in `voting` and counted in `closing_polls`."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.errors.ideas import IdeaNotOpen
from services.events.errors.polls import (
    DeadlineUnusable,
    NoSuchPoll,
    NotYourPoll,
    OptionsAreFixed,
    TooManyOptions,
    VotesWereCast,
    VoteUnusable,
)
from services.events.errors.programme import TimeUnusable
from services.events.models import BallotBox, IdeaState, Poll, PollOption, refuse_unusable
from services.events.queries.polls import anybody_voted, poll_by_id
from services.events.schemas.polls import MOST_OPTIONS, OptionDraft, PollDraft
from services.events.tally import PollKind
from services.events.use_cases.ideas import find_idea
from services.events.use_cases.running import group_to_begin_in, refuse_erased
from services.events.wall_time import instant
from shared.auth import Caller
from shared.contracts.events import PollOpened
from shared.messaging import publish

LONGEST_OPEN = timedelta(days=180)
REMINDED_BEFORE = timedelta(days=1)


def open_poll(session: Session, draft: PollDraft, *, caller: Caller, zone: str, now: datetime) -> Poll:
    """Ask a group something; others are told. `zone` is the programme's own.

    Raises Unauthenticated, NoSuchGroup, MembersOnly, DeadlineUnusable, TimeUnusable, NoSuchIdea or IdeaNotOpen.
    """
    group = group_to_begin_in(session, draft.group_id, caller)
    _refuse_deadline(draft.closes_at, now)
    said = draft.model_dump(exclude={"options", "timezone"})
    poll = Poll(**said, made_by=caller.member_id, timezone=draft.timezone or zone)
    poll.hides_results = draft.hides_results or draft.is_secret
    # A day before, and for what closes sooner, halfway.
    poll.remind_at = poll.closes_at - min(REMINDED_BEFORE, (poll.closes_at - now) / 2)
    poll.options = [_option(session, poll, each, caller) for each in draft.options]
    session.add(poll)
    session.flush()
    if poll.is_secret:
        session.add(BallotBox(poll_id=poll.id))
    publish(session, PollOpened(poll_id=poll.id, group_id=group.id, closes_at=poll.closes_at), now=now)
    return poll


def find_poll(session: Session, poll_id: UUID, caller: Caller, *, to_change: bool = False) -> Poll:
    """A poll, to a member of its group, and locked where it is to be changed. Raises NoSuchPoll or Unauthenticated."""
    refuse_erased(session, caller)
    poll = poll_by_id(session, poll_id, caller, to_change=to_change)
    if poll is None:
        raise NoSuchPoll
    return poll


def add_option(session: Session, poll_id: UUID, draft: OptionDraft, *, caller: Caller, now: datetime) -> Poll:
    """Give one more to choose from, where the poll lets its voters; what is there already is not added again.

    Raises NoSuchPoll, PollClosed, OptionsAreFixed, VoteUnusable, TooManyOptions, TimeUnusable, NoSuchIdea or
    IdeaNotOpen.
    """
    poll = find_poll(session, poll_id, caller, to_change=True)
    poll.refuse_unless_open(now)
    if not poll.voters_add:
        raise OptionsAreFixed("Its maker said so. Write an idea instead, for the next one.")
    is_dates = poll.counts_as is PollKind.DATES
    if not (draft.is_date if is_dates else draft.is_thing) or draft.most is not None:
        raise VoteUnusable("Give a start and an end." if is_dates else "Give words, or an idea.")
    if len(poll.options) >= MOST_OPTIONS:
        raise TooManyOptions(f"{MOST_OPTIONS} are enough: choose from those.")
    new = _option(session, poll, draft, caller)
    if not any((new.words.casefold(), new.starts) == (it.words.casefold(), it.starts) for it in poll.options):
        poll.options.append(new)
        session.flush()
    return poll


def hide_results(session: Session, poll_id: UUID, *, caller: Caller, now: datetime) -> Poll:
    """Show what it comes to when it is closed, and not before. There is no way back.

    Raises NoSuchPoll, NotYourPoll, PollClosed or VotesWereCast.
    """
    poll = find_poll(session, poll_id, caller, to_change=True)
    poll.refuse_unless_open(now)
    refuse_unless_made(poll, caller)
    if not poll.hides_results and anybody_voted(session, poll.id):
        raise VotesWereCast("What it comes to has been shown, so it stays so.")
    poll.hides_results = True
    return poll


def refuse_unless_made(poll: Poll, caller: Caller) -> None:
    """Raises NotYourPoll for who neither made it nor runs the group, which goes on when its maker does not."""
    if caller.member_id != poll.made_by and not caller.is_convenor_of(poll.group_id):
        raise NotYourPoll("Ask who made it, or a convenor of the group.")


def _option(session: Session, poll: Poll, draft: OptionDraft, caller: Caller) -> PollOption:
    option = PollOption(words=draft.words or "", starts=draft.starts, ends=draft.ends, most=draft.most)
    if draft.idea_id is not None:
        idea = find_idea(session, draft.idea_id, caller)
        if idea.state != IdeaState.POSTED or idea.group_id != poll.group_id:
            raise IdeaNotOpen("Choose an open idea of this group, or say it in words.")
        option.words, option.idea_id = idea.words, idea.id
    if draft.starts is not None and draft.ends is not None:
        refuse_unusable(draft.starts, draft.ends, poll.timezone)
        if instant(draft.starts, poll.timezone) <= poll.closes_at:
            raise TimeUnusable(f"{draft.starts:%H:%M on %d %B %Y} is before the poll closes. Give a later date.")
    return option


def _refuse_deadline(closes_at: datetime, now: datetime) -> None:
    if closes_at <= now:
        raise DeadlineUnusable("It is past. Give one that is still to come.")
    if closes_at > now + LONGEST_OPEN:
        raise DeadlineUnusable(f"Nobody would remember it. Give one in the next {LONGEST_OPEN.days} days.")

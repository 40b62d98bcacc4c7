"""Answering a poll. Its row is the one lock: whoever closes it has counted a vote, or the vote is refused."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.errors.polls import AlreadyVoted, NoSuchOption, OptionFull, VoteUnusable
from services.events.models import BallotBox, Poll, PollVote, PollVoter
from services.events.queries.polls import chosen
from services.events.schemas.polls import VoteDraft
from services.events.tally import Free, PollKind, keys_of
from services.events.use_cases.polls import find_poll
from shared.auth import Caller


def vote(session: Session, poll_id: UUID, draft: VoteDraft, *, caller: Caller, now: datetime) -> Poll:
    """Count a member's answer. An open one takes the place of what they said before; a secret one is the only one.

    Raises Unauthenticated, NoSuchPoll, PollClosed, VoteUnusable, NoSuchOption, OptionFull or AlreadyVoted.
    """
    poll = find_poll(session, poll_id, caller, to_change=True)
    poll.refuse_unless_open(now)
    assert caller.member_id is not None
    _refuse_unusable(poll, draft)
    if poll.is_secret:
        _refuse_second(session, poll, caller.member_id)
    _refuse_full(session, poll, draft, caller.member_id)
    if poll.is_secret:
        _cast(session, poll, draft)
    else:
        _keep(session, poll, draft, caller.member_id, now)
    return poll


def _refuse_unusable(poll: Poll, draft: VoteDraft) -> None:
    """Raises VoteUnusable for another kind of answer, and NoSuchOption for what is not asked."""
    kind, choices = poll.counts_as, draft.choices
    of_dates = bool(draft.dates or draft.can_host)
    if (kind is PollKind.DATES) != of_dates or bool(choices) == of_dates:
        raise VoteUnusable("Say of a date yes, if need be or no." if kind is PollKind.DATES else "Give your `choices`.")
    if kind is PollKind.PICK and len(choices) > 1:
        raise VoteUnusable("Pick one.")
    if len(set(choices)) < len(choices) or len(set(draft.can_host)) < len(draft.can_host):
        raise VoteUnusable("Name each of them once.")
    if not {*choices, *draft.dates, *draft.can_host} <= {option.id for option in poll.options}:
        raise NoSuchOption("Look at the poll again, and choose from what it asks.")


def _refuse_second(session: Session, poll: Poll, member_id: UUID) -> None:
    """Write down that they have voted; raises AlreadyVoted when they had."""
    voter = upsert(PollVoter).values(poll_id=poll.id, member_id=member_id).on_conflict_do_nothing()
    if session.execute(voter.returning(PollVoter.poll_id)).first() is None:
        raise AlreadyVoted("A secret vote cannot be found again, so it stays as it is.")


def _refuse_full(session: Session, poll: Poll, draft: VoteDraft, member_id: UUID) -> None:
    limits = {option.id: option.most for option in poll.options if option.most is not None}
    wanted: Collection[UUID] = {*draft.choices, *(each for each, said in draft.dates.items() if said is Free.YES)}
    if not limits.keys() & wanted:
        return
    taken = chosen(session, poll, but=member_id)
    if any(taken[str(each)] >= limits[each] for each in limits.keys() & wanted):
        raise OptionFull("Choose another one, or ask whether there can be more.")


def _cast(session: Session, poll: Poll, draft: VoteDraft) -> None:
    """Add a ballot to the box, where it lies among the others that are like it."""
    box = session.get_one(BallotBox, poll.id, populate_existing=True)
    box.ballots = dict(Counter(box.ballots) + Counter(keys_of(poll.counts_as, [str(each) for each in draft.choices])))
    box.cast += 1


def _keep(session: Session, poll: Poll, draft: VoteDraft, member_id: UUID, now: datetime) -> None:
    said = draft.model_dump(mode="json") | {"voted_at": now}
    write = upsert(PollVote).values(poll_id=poll.id, member_id=member_id, **said)
    session.execute(write.on_conflict_do_update(index_elements=["poll_id", "member_id"], set_=said))

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from services.events.models import BallotBox, GroupMember, Poll, PollOption, PollVote, PollVoter
from services.events.queries.ideas import is_of_members_group
from services.events.schemas.polls import VoterStanding
from services.events.tally import PollKind, Result, count_choices, count_dates, count_ranks, keys_of
from shared.auth import Caller
from shared.contracts.members import Role


def standing_in(session: Session, poll: Poll, member_id: UUID | None, now: datetime) -> VoterStanding:
    """How a member stands to a poll; its result while it is open only where it is not hidden."""
    vote = session.get(PollVote, (poll.id, member_id), populate_existing=True)
    voted = vote is not None or session.get(PollVoter, (poll.id, member_id)) is not None
    shown = poll.result
    if poll.is_open(now) and not poll.hides_results:
        shown = asdict(count(session, poll))
    return VoterStanding(vote, voted, len(undecided(session, poll)), shown)


def polls_of(caller: Caller, group_id: UUID | None = None) -> Select[Poll]:
    """The polls of the groups that the caller is a member of."""
    query = select(Poll).where(is_of_members_group(Poll.group_id, caller.member_id))
    return query if group_id is None else query.where(Poll.group_id == group_id)


def poll_by_id(session: Session, poll_id: UUID, caller: Caller, *, to_change: bool = False) -> Poll | None:
    """A poll as it is now, if the caller may see it; `to_change` keeps it so until this transaction ends."""
    query = polls_of(caller).where(Poll.id == poll_id)
    query = query.with_for_update(key_share=True, of=Poll) if to_change else query
    return session.scalar(query, execution_options={"populate_existing": True})


def polls_to_close(session: Session, now: datetime, at_most: int) -> Sequence[UUID]:
    """Polls whose time is over."""
    over = select(Poll.id).where(Poll.closed_at.is_(None), Poll.closes_at <= now)
    return session.scalars(over.order_by(Poll.closes_at).limit(at_most)).all()


def polls_to_remind(session: Session, now: datetime, at_most: int) -> Sequence[UUID]:
    """Polls of which those who have not answered are to be told."""
    due = select(Poll.id).where(Poll.remind_at <= now, Poll.closed_at.is_(None))
    return session.scalars(due.order_by(Poll.remind_at).limit(at_most)).all()


def undecided(session: Session, poll: Poll) -> Sequence[UUID]:
    """The members of its group who have not voted."""
    theirs = select(GroupMember.member_id).where(GroupMember.group_id == poll.group_id)
    members = theirs.where(GroupMember.role.in_([Role.MEMBER, Role.CONVENOR]), ~_voted(poll.id))
    return session.scalars(members.order_by(GroupMember.member_id)).all()


def anybody_voted(session: Session, poll_id: UUID) -> bool:
    """Whether there is a ballot, open or secret."""
    cast = exists().where(BallotBox.poll_id == poll_id, BallotBox.cast > 0)
    return bool(session.scalar(select(exists().where(PollVote.poll_id == poll_id) | cast)))


def votes_of(session: Session, poll_id: UUID) -> Sequence[PollVote]:
    """The open ballots, the first first."""
    query = select(PollVote).where(PollVote.poll_id == poll_id).order_by(PollVote.voted_at, PollVote.member_id)
    return session.scalars(query, execution_options={"populate_existing": True}).all()


def options_answered(session: Session, member_id: UUID) -> dict[str, str]:
    """What a member's open votes are about: each option's words, or its date, by its id."""
    theirs = select(PollOption).join(PollVote, PollVote.poll_id == PollOption.poll_id)
    options = session.scalars(theirs.where(PollVote.member_id == member_id))
    return {str(each.id): each.words or f"{each.starts:%H:%M on %d %B %Y}" for each in options}


def chosen(session: Session, poll: Poll, but: UUID | None = None) -> Counter[str]:
    """How many chose each option, or said yes to that date; `but` counts a member out whose answer is to be changed."""
    if poll.is_secret:
        return Counter(session.get_one(BallotBox, poll.id).ballots)
    votes = [vote for vote in votes_of(session, poll.id) if vote.member_id != but]
    yes = [option for vote in votes for option, said in vote.dates.items() if said == "yes"]
    return Counter([*yes, *(option for vote in votes for option in vote.choices)])


def count(session: Session, poll: Poll) -> Result:
    """What a poll comes to by the ballots there are."""
    options = [str(option.id) for option in poll.options]
    if poll.is_secret:
        box = session.get_one(BallotBox, poll.id, populate_existing=True)
        return _count_keys(poll, options, box.ballots, box.cast)
    votes = votes_of(session, poll.id)
    if poll.counts_as is PollKind.DATES:
        hosts = [option for vote in votes for option in vote.can_host]
        answers = [vote.dates for vote in votes]
        return count_dates(options, answers, hosts, needs=poll.needs, needs_host=poll.needs_host)
    keys = Counter(key for vote in votes for key in keys_of(poll.counts_as, vote.choices))
    return _count_keys(poll, options, keys, len(votes))


def _count_keys(poll: Poll, options: Sequence[str], keys: Mapping[str, int], cast: int) -> Result:
    counting = count_ranks if poll.counts_as is PollKind.RANK else count_choices
    return counting(options, keys, cast, poll.needs)


def _voted(poll_id: UUID) -> ColumnElement[bool]:
    open_vote = exists().where(PollVote.poll_id == poll_id, PollVote.member_id == GroupMember.member_id)
    return open_vote | exists().where(PollVoter.poll_id == poll_id, PollVoter.member_id == GroupMember.member_id)

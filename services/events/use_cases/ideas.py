"""Ideas of a group: written down, compared with others, posted, supported, and ended with a reason."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.errors.activities import NoSuchActivity
from services.events.errors.ideas import IdeaNotOpen, IdeaPosted, NoSuchIdea, NotYourIdea
from services.events.errors.programme import NotYourProgramme
from services.events.likeness import most_alike
from services.events.models import Ending, Idea, IdeaState, IdeaSupport
from services.events.queries.activities import activity_by_id
from services.events.queries.ideas import idea_by_id, open_ideas
from services.events.use_cases.running import group_to_begin_in, refuse_erased, refuse_unless_running
from shared.auth import Caller

SHOWN_ALIKE = 5


def write_idea(session: Session, group_id: UUID, words: str, *, caller: Caller, now: datetime) -> Idea:
    """Keep an idea as a draft, which its writer alone sees. Raises Unauthenticated, NoSuchGroup or MembersOnly."""
    group = group_to_begin_in(session, group_id, caller)
    idea = Idea(group_id=group.id, member_id=caller.member_id, words=words, written_at=now)
    session.add(idea)
    session.flush()
    return find_idea(session, idea.id, caller)


def reword_idea(session: Session, idea_id: UUID, words: str, *, caller: Caller) -> Idea:
    """Say a draft in other words. Raises NoSuchIdea, NotYourIdea or IdeaPosted."""
    idea = _own_idea(session, idea_id, caller)
    if idea.state != IdeaState.DRAFT:
        raise IdeaPosted("Withdraw it, and write another one.")
    idea.words = words
    return idea


def find_similar(session: Session, idea_id: UUID, caller: Caller) -> list[Idea]:
    """Open ideas of the same group that are like this one, the most alike first; raises NoSuchIdea."""
    idea = find_idea(session, idea_id, caller)
    others = ((other.words, other) for other in open_ideas(session, idea.group_id, but=idea.id))
    return most_alike(idea.words, others, SHOWN_ALIKE)


def post_idea(session: Session, idea_id: UUID, *, caller: Caller) -> Idea:
    """Show a draft to the group. Doing it twice does it once. Raises NoSuchIdea, NotYourIdea or IdeaNotOpen."""
    idea = _own_idea(session, idea_id, caller)
    if idea.state == IdeaState.DRAFT:
        idea.state = IdeaState.POSTED
    _refuse_unless_open(idea)
    return idea


def support_idea(session: Session, idea_id: UUID, *, caller: Caller) -> Idea:
    """Count the caller among those who would like it. Raises NoSuchIdea or IdeaNotOpen."""
    _refuse_unless_open(find_idea(session, idea_id, caller))
    new = upsert(IdeaSupport).values(idea_id=idea_id, member_id=caller.member_id)
    session.execute(new.on_conflict_do_nothing())
    return find_idea(session, idea_id, caller)


def take_support_back(session: Session, idea_id: UUID, *, caller: Caller) -> None:
    """Count the caller no more. Raises NoSuchIdea."""
    find_idea(session, idea_id, caller)
    theirs = (IdeaSupport.idea_id == idea_id, IdeaSupport.member_id == caller.member_id)
    session.execute(delete(IdeaSupport).where(*theirs))


def withdraw_idea(session: Session, idea_id: UUID, ending: Ending, why: str, *, caller: Caller) -> Idea:
    """Its writer takes it back; those who supported it still see it, and why.

    Raises NoSuchIdea, NotYourIdea or IdeaNotOpen.
    """
    idea = _own_idea(session, idea_id, caller)
    if idea.state != IdeaState.DRAFT:
        _refuse_unless_open(idea)
    idea.end(IdeaState.WITHDRAWN, ending, why)
    return idea


def retire_idea(session: Session, idea_id: UUID, ending: Ending, why: str, *, caller: Caller) -> Idea:
    """A convenor of the group ends it, and says why. Raises NoSuchIdea, NotYourProgramme or IdeaNotOpen."""
    idea = find_idea(session, idea_id, caller, to_change=True)
    if not caller.is_convenor_of(idea.group_id):
        raise NotYourProgramme("Ask a convenor of the group.")
    _refuse_unless_open(idea)
    idea.end(IdeaState.RETIRED, ending, why)
    return idea


def link_to_activity(session: Session, idea_id: UUID, activity_id: UUID, *, caller: Caller) -> Idea:
    """Say that an idea became this activity of its group, for those who run that.

    Raises NoSuchIdea, NoSuchActivity, NotYourProgramme or IdeaNotOpen.
    """
    idea = find_idea(session, idea_id, caller, to_change=True)
    activity = activity_by_id(session, activity_id, caller)
    if activity is None or activity.group_id != idea.group_id:
        raise NoSuchActivity
    refuse_unless_running(session, activity, caller)
    _refuse_unless_open(idea)
    idea.activity_id = activity.id
    return idea


def find_idea(session: Session, idea_id: UUID, caller: Caller, *, to_change: bool = False) -> Idea:
    """An idea, to whoever may see it, and locked where it is to be changed. Raises NoSuchIdea or Unauthenticated."""
    refuse_erased(session, caller)
    idea = idea_by_id(session, idea_id, caller, to_change=to_change)
    if idea is None:
        raise NoSuchIdea
    return idea


def _own_idea(session: Session, idea_id: UUID, caller: Caller) -> Idea:
    idea = find_idea(session, idea_id, caller, to_change=True)
    if idea.member_id != caller.member_id:
        raise NotYourIdea("You can support it, or write one of your own.")
    return idea


def _refuse_unless_open(idea: Idea) -> None:
    if idea.state == IdeaState.DRAFT:
        raise IdeaNotOpen("Post it first.")
    if idea.state != IdeaState.POSTED:
        raise IdeaNotOpen("It was ended. Write it anew if you like it.")

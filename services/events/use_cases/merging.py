"""Two records of one person become one: of what they answered, the latest counts; they host what either did."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, aliased

from services.events.models import EventsBase, Host, OnCall, Rsvp, Waiting
from services.events.queries.line import lines_of
from services.events.queries.roles import helped_by
from services.events.use_cases.erasure import erase_member
from services.events.use_cases.merging_ideas import merge_ideas, merge_polls
from services.events.use_cases.merging_roles import move_roles
from services.events.use_cases.moving_replies import move_replies
from services.events.use_cases.places import lock_to_come, recount
from shared.contracts.events import Answer, RsvpChanged
from shared.erasure import forget, remember_erased, was_erased
from shared.messaging import publish_all

AS_IT_IS = {"synchronize_session": False}


def merge_member(session: Session, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """Know by the kept id what was known by the other, of which nothing is left. Done again, it changes nothing."""
    remember_erased(session, gone_id, now)
    if was_erased(session, kept_id):
        erase_member(session, gone_id, now)
        return
    answered = _move_answers(session, kept_id, gone_id)
    # After the answers, as whoever answers does.
    helps = helped_by(session, gone_id, now)
    occurrences = lock_to_come(session, {*answered, *lines_of(session, gone_id), *helps}, now)
    _move_in_line(session, [each.id for each in occurrences], kept_id, gone_id)
    recount(session, occurrences, now)
    move_roles(session, kept_id, gone_id, now)
    _move_hosting(session, kept_id, gone_id)
    _move_on_call(session, kept_id, gone_id)
    merge_ideas(session, kept_id, gone_id)
    move_replies(session, kept_id, gone_id, now)
    merge_polls(session, kept_id, gone_id)
    forget(session, EventsBase.metadata, gone_id)
    _tell(session, [each.id for each in occurrences], kept_id, gone_id, now)


def _move_answers(session: Session, kept_id: UUID, gone_id: UUID) -> list[UUID]:
    """Which occurrences the gone record had answered."""
    said = ("answer", "answered_at", "others", "shown_as")
    theirs = select(Rsvp.occurrence_id, literal(kept_id), *(getattr(Rsvp, name) for name in said)).where(
        Rsvp.member_id == gone_id
    )
    moved = upsert(Rsvp).from_select(["occurrence_id", "member_id", *said], theirs.order_by(Rsvp.occurrence_id))
    later = {name: moved.excluded[name] for name in said}
    session.execute(
        moved.on_conflict_do_update(
            index_elements=["occurrence_id", "member_id"],
            set_=later,
            where=Rsvp.answered_at < moved.excluded.answered_at,
        )
    )
    gone = delete(Rsvp).where(Rsvp.member_id == gone_id).returning(Rsvp.occurrence_id)
    return list(session.scalars(gone, execution_options=AS_IT_IS))


def _move_hosting(session: Session, kept_id: UUID, gone_id: UUID) -> None:
    """Whoever agreed under either record has agreed."""
    theirs = select(Host.activity_id, literal(kept_id), Host.asked_at, Host.agreed_at).where(Host.member_id == gone_id)
    moved = upsert(Host).from_select(
        ["activity_id", "member_id", "asked_at", "agreed_at"], theirs.order_by(Host.activity_id)
    )
    agreed = {"agreed_at": func.coalesce(Host.agreed_at, moved.excluded.agreed_at)}
    session.execute(moved.on_conflict_do_update(index_elements=["activity_id", "member_id"], set_=agreed))


def _move_in_line(session: Session, occurrence_ids: Sequence[UUID], kept_id: UUID, gone_id: UUID) -> None:
    """Of two places in one line the kept record's is the one that counts; who comes waits no more."""
    here = Waiting.occurrence_id.in_(occurrence_ids)
    comes = select(Rsvp.occurrence_id).where(Rsvp.member_id == kept_id, Rsvp.answer == Answer.GOING)
    mine = aliased(Waiting)
    waits = select(mine.occurrence_id).where(mine.member_id == kept_id)
    both = (kept_id, gone_id)
    session.execute(delete(Waiting).where(here, Waiting.member_id.in_(both), Waiting.occurrence_id.in_(comes)))
    session.execute(delete(Waiting).where(here, Waiting.member_id == gone_id, Waiting.occurrence_id.in_(waits)))
    session.execute(update(Waiting).where(here, Waiting.member_id == gone_id).values(member_id=kept_id))


def _move_on_call(session: Session, kept_id: UUID, gone_id: UUID) -> None:
    theirs = select(OnCall.occurrence_id, literal(kept_id)).where(OnCall.member_id == gone_id)
    moved = upsert(OnCall).from_select(["occurrence_id", "member_id"], theirs.order_by(OnCall.occurrence_id))
    session.execute(moved.on_conflict_do_nothing())


def _tell(session: Session, occurrences: Sequence[UUID], kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """The no comes first: whoever hears of the merge between the two moves nothing that the yes does not set right."""
    mine = select(Rsvp.occurrence_id, Rsvp.answer).where(Rsvp.member_id == kept_id, Rsvp.occurrence_id.in_(occurrences))
    answers = dict(session.execute(mine.order_by(Rsvp.occurrence_id)).all())
    no = [RsvpChanged(occurrence_id=it, member_id=gone_id, answer=Answer.NOT_GOING) for it in answers]
    now_said = [RsvpChanged(occurrence_id=it, member_id=kept_id, answer=Answer(said)) for it, said in answers.items()]
    publish_all(session, no + now_said, now=now)

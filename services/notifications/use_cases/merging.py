"""Two records of one person become one: what waits for the one that is gone waits for the other, once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, aliased

from services.notifications.models import WAITING, Going, Notification, Recipient, State
from services.notifications.use_cases.claiming import due_again, may_have_left
from services.notifications.use_cases.erasure import erase_member
from shared.erasure import remember_erased, was_erased

AS_IT_IS = {"synchronize_session": False}


def merge_member(session: Session, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """Know by the kept id what was known by the other, of which nothing is left. Done again, it changes nothing.

    What events says of the same merge may be heard before or after.
    """
    remember_erased(session, gone_id, now)
    if not was_erased(session, kept_id):
        _keep_stop(session, kept_id, gone_id)
        _move_going(session, kept_id, gone_id)
        _move_notifications(session, kept_id, gone_id, now)
    erase_member(session, gone_id, now)


def _keep_stop(session: Session, kept_id: UUID, gone_id: UUID) -> None:
    """A STOP was said by the person, whichever record it was heard for."""
    stopped = exists().where(Recipient.member_id == gone_id, Recipient.stopped)
    kept = update(Recipient).where(Recipient.member_id == kept_id, select(stopped).scalar_subquery())
    session.execute(kept.values(stopped=True), execution_options=AS_IT_IS)


def _move_going(session: Session, kept_id: UUID, gone_id: UUID) -> None:
    theirs = select(Going.occurrence_id, literal(kept_id)).where(Going.member_id == gone_id)
    session.execute(upsert(Going).from_select(["occurrence_id", "member_id"], theirs).on_conflict_do_nothing())


def _move_notifications(session: Session, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """All but a second of what waits for both, and a code: it opens nothing any more."""
    theirs = Notification.member_id == gone_id
    waits = Notification.state.in_(WAITING)
    # What a worker has claimed for the gone record finds no address: it is claimed again, for the kept one.
    claimed = and_(theirs, Notification.state == State.CLAIMED, ~may_have_left())
    session.execute(due_again(now).where(claimed), execution_options=AS_IT_IS)
    mine = aliased(Notification)
    second = exists().where(
        mine.member_id == kept_id,
        mine.occurrence_id.is_not_distinct_from(Notification.occurrence_id),
        mine.rule == Notification.rule,
        mine.state.in_(WAITING),
    )
    stays = and_(waits, or_(second, Notification.challenge_id.is_not(None)))
    moved = update(Notification).where(theirs, ~stays).values(member_id=kept_id)
    session.execute(moved, execution_options=AS_IT_IS)

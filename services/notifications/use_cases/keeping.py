"""The copy of how members like to be reached, and what a change of it means for what is on its way."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.notifications.gate import KEPT
from services.notifications.models import WAITING, Notification, Recipient, State
from services.notifications.use_cases.claiming import due_again, may_have_left
from shared.contracts.members import PreferencesChanged, Purpose
from shared.erasure import was_erased


def keep_preferences(session: Session, heard: PreferencesChanged, now: datetime) -> None:
    """Keep the copy of how a member likes to be reached. Whether they texted STOP is ours to know and stays."""
    if was_erased(session, heard.member_id):
        return
    known = session.get(Recipient, heard.member_id)
    values = heard.model_dump(exclude={"channels", "consents"}) | {"channels": list(heard.channels)}
    values["consents"] = _consents(heard, known)
    if known is not None and all(getattr(known, name) == value for name, value in values.items()):
        return
    session.execute(upsert(Recipient).values(values).on_conflict_do_update(index_elements=["member_id"], set_=values))
    _judge_anew(session, heard.member_id, now)


def _consents(heard: PreferencesChanged, known: Recipient | None) -> dict[str, Any]:
    """What a publisher that knows of no consents leaves out stays as it was; at first, it is what lists vouch for."""
    if heard.consents is not None:
        return {purpose.value: list(channels) for purpose, channels in heard.consents.items()}
    if known is not None:
        return known.consents
    return {purpose.value: list(heard.channels) for purpose in (Purpose.JOINED, Purpose.ACCOUNT)}


def _judge_anew(session: Session, member_id: UUID, now: datetime) -> None:
    """Bring back to the gate what passed it and has not left, and what was kept for a while: it may be unwanted now."""
    theirs = Notification.member_id == member_id
    # A claim that is being made right now is waited for, and then seen by a statement of its own.
    open_ones = select(Notification.id).where(theirs, Notification.state.in_((*WAITING, State.CLAIMED)))
    if not session.scalars(open_ones.order_by(Notification.id).with_for_update()).all():
        return
    passed = and_(Notification.state == State.CLAIMED, ~may_have_left())
    kept = and_(Notification.state == State.PLANNED, Notification.reason.in_(KEPT))
    session.execute(due_again(now).where(theirs, or_(passed, kept)))

"""Somebody cannot do after all what they had taken on: others who wished to be asked are, a few at a time.

The occurrence's row is the lock here as it is for places. What frees a role only writes that somebody is missing
(`letting_go.py`); the job asks.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.events.cover import Gap, next_step
from services.events.errors.programme import OccurrenceOver
from services.events.errors.roles import NobodyToAsk, NothingMissing
from services.events.models import Cover, CoverAsked, Occurrence
from services.events.queries.programme import WITH_GROUP, locked_occurrence
from services.events.queries.roles import covers_at, helpers_at, needs_of, open_asks, willing
from services.events.use_cases.letting_go import look_again
from services.events.use_cases.places import AS_IT_IS
from services.events.use_cases.programme import find_occurrence
from services.events.use_cases.running import refuse_unless_running
from shared.auth import Caller
from shared.contracts.events import CoverSettled, RoleKind, RoleNeedsCover
from shared.messaging import publish_all

KNOWN = frozenset(RoleKind)
NOBODY = (
    "Nobody in the group has said they would like to be asked for this, or all who did were asked already. "
    "Ask somebody yourself, or say at the next evening that help is needed."
)


def seek_cover(session: Session, occurrence_id: UUID, kind: str, *, caller: Caller, now: datetime) -> int:
    """Have a host's wish looked after: ask the first few for a role. How many think about it now.

    Raises NoSuchOccurrence, NotYourProgramme, what is not on, NothingMissing or NobodyToAsk.
    """
    found = find_occurrence(session, occurrence_id, caller)
    refuse_unless_running(session, found, caller)
    occurrence = locked_occurrence(session, occurrence_id)
    occurrence.refuse_unless_on(now)
    if occurrence.starts_at <= now:
        raise OccurrenceOver("It has begun. Ask those who are there.")
    if _gap(session, occurrence, kind).is_over(now):
        raise NothingMissing("Enough have taken that role, or it is not needed. Say first how many you need.")
    if not open_asks(session, occurrence_id, kind, now) and not willing(session, occurrence, kind):
        raise NobodyToAsk(NOBODY)
    look_again(session, [(occurrence_id, kind)], now)
    look_for_cover(session, occurrence, now)
    return len(open_asks(session, occurrence_id, kind, now))


def ask_due(session: Session, occurrence_id: UUID, now: datetime) -> None:
    """Ask the next at an occurrence that is due; one that somebody changes just now is left to the next look."""
    free = WITH_GROUP.where(Occurrence.id == occurrence_id)
    occurrence = session.scalar(free.with_for_update(key_share=True, skip_locked=True, of=Occurrence))
    if occurrence is not None:
        look_for_cover(session, occurrence, now)


def look_for_cover(session: Session, occurrence: Occurrence, now: datetime) -> None:
    """Ask the next few for what is missing, and ask nobody any more for what is not.

    The caller has locked the occurrence. Done again, it changes nothing.
    """
    for cover in covers_at(session, occurrence.id):
        gap = _gap(session, occurrence, cover.kind)
        if gap.is_over(now):
            session.delete(cover)
            _settle(session, cover, now)
        else:
            _ask(session, occurrence, cover, gap, now)
    session.flush()


def _gap(session: Session, occurrence: Occurrence, kind: str) -> Gap:
    taken = helpers_at(session, occurrence.id).get(kind, [])
    missing = needs_of(session, occurrence).get(kind, 0) - len(taken)
    return Gap(missing, occurrence.starts_at, occurrence.timezone, is_on=not occurrence.is_cancelled)


def _ask(session: Session, occurrence: Occurrence, cover: Cover, gap: Gap, now: datetime) -> None:
    thinking = [each.open_until for each in open_asks(session, occurrence.id, cover.kind, now)]
    step = next_step(gap, thinking, willing(session, occurrence, cover.kind), now)
    key = {"occurrence_id": occurrence.id, "kind": cover.kind}
    session.add_all([CoverAsked(**key, member_id=each, asked_at=now, open_until=step.until) for each in step.asked])
    cover.due_at = step.due
    role = RoleKind(cover.kind) if cover.kind in KNOWN else None
    asked = [
        RoleNeedsCover(occurrence_id=occurrence.id, member_id=each, role=role, until=step.until) for each in step.asked
    ]
    publish_all(session, asked, now=now)


def _settle(session: Session, cover: Cover, now: datetime) -> None:
    """Nobody has to think about it any more."""
    thinking = (CoverAsked.occurrence_id == cover.occurrence_id, CoverAsked.kind == cover.kind)
    closed = update(CoverAsked).where(*thinking, CoverAsked.open_until > now).values(open_until=now)
    members = session.scalars(closed.returning(CoverAsked.member_id), execution_options=AS_IT_IS)
    settled = [CoverSettled(occurrence_id=cover.occurrence_id, member_id=each) for each in sorted(members)]
    publish_all(session, settled, now=now)

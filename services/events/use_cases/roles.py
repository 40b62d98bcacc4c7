"""Roles at an occurrence: members take them, and give them back in one tap and without a reason."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.errors.roles import NoSuchRole, RoleClashes, RoleFull
from services.events.models import CoverAsked, Helper, Occurrence, RoleWish
from services.events.queries.programme import locked_occurrence
from services.events.queries.roles import clash_of, helpers_at, needs_of
from services.events.schemas.roles import RoleTake
from services.events.use_cases.cover import look_for_cover
from services.events.use_cases.letting_go import let_go, look_again
from services.events.use_cases.places import AS_IT_IS
from services.events.use_cases.programme import find_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from services.events.use_cases.running import refuse_erased, refuse_outsiders
from shared.auth import Caller
from shared.contracts.events import Answer


def take_role(session: Session, occurrence_id: UUID, take: RoleTake, *, caller: Caller, now: datetime) -> Occurrence:
    """Give a member of the group a role at an occurrence; they are then coming, on one of its places.

    Taken again, it is theirs as before. Raises NoSuchOccurrence, MembersOnly, NoSuchRole, RoleFull, RoleClashes, or
    what keeps them from coming.
    """
    assert caller.member_id is not None
    occurrence = find_occurrence(session, occurrence_id, caller)
    refuse_outsiders(session, occurrence.group_id, caller)
    occurrence.refuse_unless_on(now)
    _lacks(session, occurrence, take.kind, caller.member_id)
    # The answer comes before the occurrence, which is the order of locks; what is refused after it, takes it back.
    answer_rsvp(session, occurrence_id, caller.member_id, Answer.GOING, now=now)
    occurrence = locked_occurrence(session, occurrence_id)
    occurrence.refuse_unless_on(now)
    if _lacks(session, occurrence, take.kind, caller.member_id):
        if not take.anyway:
            _refuse_clash(session, occurrence, caller.member_id)
        session.add(Helper(occurrence_id=occurrence_id, kind=take.kind, member_id=caller.member_id, taken_at=now))
        session.flush()
        look_for_cover(session, occurrence, now)
    return occurrence


def step_down(session: Session, occurrence_id: UUID, kind: str | None, *, caller: Caller, now: datetime) -> Occurrence:
    """Take a role back from a member who cannot do it, None for all they have here. They are still coming.

    Done again, it does nothing. They are not asked to step in for themselves. Raises NoSuchOccurrence.
    """
    occurrence = _mine(session, occurrence_id, caller)
    whose = [Helper.member_id == caller.member_id] + ([] if kind is None else [Helper.kind == kind])
    kinds = [at for at, who in helpers_at(session, occurrence_id).items() if caller.member_id in who]
    for each in kinds if kind is None else {kind}.intersection(kinds):
        asked = upsert(CoverAsked).values(
            occurrence_id=occurrence_id, kind=each, member_id=caller.member_id, asked_at=now, open_until=now
        )
        session.execute(asked.on_conflict_do_nothing())
    let_go(session, [occurrence_id], now, *whose)
    return occurrence


def decline(session: Session, occurrence_id: UUID, kind: str | None, *, caller: Caller, now: datetime) -> None:
    """Ask a member no more for a role here, None for any, and ask the next instead. Nobody keeps that they said no.

    Raises NoSuchOccurrence.
    """
    _mine(session, occurrence_id, caller)
    theirs: list[ColumnElement[bool]] = [CoverAsked.member_id == caller.member_id]
    if kind is not None:
        theirs.append(CoverAsked.kind == kind)
    closed = (
        update(CoverAsked)
        .where(CoverAsked.occurrence_id == occurrence_id, CoverAsked.open_until > now, *theirs)
        .values(open_until=now)
        .returning(CoverAsked.kind)
    )
    kinds = session.scalars(closed, execution_options=AS_IT_IS).all()
    look_again(session, [(occurrence_id, each) for each in kinds], now)


def wish_to_be_asked(session: Session, kinds: Collection[str], *, caller: Caller) -> None:
    """Ask a member for these kinds of role when somebody is missing, and for no others."""
    refuse_erased(session, caller)
    session.execute(delete(RoleWish).where(RoleWish.member_id == caller.member_id, RoleWish.kind.not_in(kinds)))
    wishes = [{"member_id": caller.member_id, "kind": kind} for kind in sorted(set(kinds))]
    if wishes:
        session.execute(upsert(RoleWish).values(wishes).on_conflict_do_nothing())


def _mine(session: Session, occurrence_id: UUID, caller: Caller) -> Occurrence:
    """An occurrence at which the caller changes what is their own, locked."""
    refuse_erased(session, caller)
    find_occurrence(session, occurrence_id, caller)
    return locked_occurrence(session, occurrence_id)


def _lacks(session: Session, occurrence: Occurrence, kind: str, member_id: UUID) -> bool:
    """Whether the member has still to take it; raises NoSuchRole or RoleFull."""
    taken = helpers_at(session, occurrence.id).get(kind, [])
    if member_id in taken:
        return False
    needed = needs_of(session, occurrence).get(kind)
    if needed is None:
        raise NoSuchRole("Look at what is needed, and choose one of those.")
    if len(taken) >= needed:
        raise RoleFull("Thank you for offering. See what else is needed, or just come along.")
    return True


def _refuse_clash(session: Session, occurrence: Occurrence, member_id: UUID) -> None:
    other = clash_of(session, occurrence, member_id)
    if other is not None:
        raise RoleClashes(
            f"That is at the same time as {other}. Step down there first, or say you will do both anyway."
        )

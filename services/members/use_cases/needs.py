from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.members.errors.people import MeChanged
from services.members.models import AccessNeed, Action, SeenBy
from services.members.queries.groups import memberships_of
from services.members.queries.vault import keys_of
from services.members.schemas.choices import Needs, NeedSaid
from services.members.use_cases import audit
from services.members.use_cases.granting import convened_by, for_whom
from services.members.use_cases.house import House
from services.members.use_cases.preferences import member_locked
from services.members.vault import Sealed
from shared.auth import Caller
from shared.errors import NotFound


def read_needs(session: Session, member_id: UUID, *, house: House) -> Needs:
    """All that a member needs, for themself or whoever is helping them."""
    return _opened(session, member_id, SeenBy, house)


def say_needs(
    session: Session, member_id: UUID, said: Iterable[NeedSaid], *, seen: Collection[int] | None, house: House
) -> Needs:
    """Put this in the place of all that a member said they need. `seen`: the versions that the change is meant for."""
    member_locked(session, member_id)
    if seen is not None and read_needs(session, member_id, house=house).version not in seen:
        raise MeChanged
    session.execute(delete(AccessNeed).where(AccessNeed.member_id == member_id))
    (key,) = keys_of(session, [member_id])
    for each in {it.need: it for it in said}.values():
        sealed = house.vault.seal(member_id, key.wrapped, each.need, each.words) if each.words else None
        session.add(
            AccessNeed(
                member_id=member_id,
                need=each.need,
                seen_by=each.seen_by,
                nonce=sealed.nonce if sealed else None,
                words=sealed.ciphertext if sealed else None,
            )
        )
    session.flush()
    return read_needs(session, member_id, house=house)


def look_at_needs(session: Session, member_id: UUID, caller: Caller, *, house: House, now: datetime) -> Needs:
    """What a member lets the convenors of their groups know; all of it for themself and whoever is helping them.

    Others cannot tell a member from somebody who is not there.
    """
    with suppress(NotFound):
        return read_needs(session, for_whom(session, caller, member_id, now), house=house)
    if convened_by(session, caller).isdisjoint(place.group_id for place in memberships_of(session, [member_id])):
        raise NotFound
    assert caller.member_id is not None
    needs = _opened(session, member_id, [SeenBy.CONVENORS], house)
    about = [audit.Subject(member_id)]
    audit.write(
        session, house.chain, caller.member_id, Action.LOOKED, about, reason="to see what you need to come", now=now
    )
    return needs


def _opened(session: Session, member_id: UUID, seen_by: Iterable[SeenBy], house: House) -> Needs:
    theirs = select(AccessNeed).where(AccessNeed.member_id == member_id, AccessNeed.seen_by.in_(seen_by))
    wrapped = {key.member_id: key.wrapped for key in keys_of(session, [member_id])}
    return Needs(
        items=[
            NeedSaid(
                need=row.need,
                seen_by=row.seen_by,
                words=house.vault.open(member_id, wrapped[member_id], row.need, Sealed(row.nonce, row.words))
                if row.nonce is not None and row.words is not None
                else None,
            )
            for row in session.scalars(theirs.order_by(AccessNeed.need))
        ]
    )

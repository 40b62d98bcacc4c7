from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.models import Address, Consent, Erasure, Group, Member, Membership
from services.members.queries.consents import last_words
from services.members.use_cases.groups import group_changed
from services.members.use_cases.preferences import preferences_of
from shared.contracts.members import GroupJoined
from shared.contracts.message import Message
from shared.messaging import publish_all


def republish(session: Session, now: datetime) -> None:
    """Tell the whole state again, to subscribers who must start over. Nobody is welcomed twice."""
    publish_all(session, _everything(session), now=now)


def _everything(session: Session) -> Iterator[Message]:
    for group in session.scalars(select(Group).order_by(Group.id)):
        yield group_changed(group)
    addresses: dict[UUID, list[Address]] = defaultdict(list)
    for address in session.scalars(select(Address)):
        addresses[address.member_id].append(address)
    said: dict[UUID, list[Consent]] = defaultdict(list)
    for each in session.scalars(last_words()):
        said[each.member_id].append(each)
    places: dict[UUID, list[Membership]] = defaultdict(list)
    for place in session.scalars(select(Membership).order_by(Membership.group_id)):
        places[place.member_id].append(place)
    for member in session.scalars(select(Member).order_by(Member.id)):
        yield preferences_of(member, addresses[member.id], said[member.id])
        for place in places[member.id]:
            yield GroupJoined(member_id=member.id, group_id=place.group_id, role=place.role)
    for erasure in session.scalars(select(Erasure).order_by(Erasure.asked_at)):
        yield erasure.message()

"""Notes on a member's own device. Its browser made what they are sent with, so whoever gives that has the device."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.errors.sign_in import SharedDevice
from services.members.models import Channel, MemberKey, MemberSession
from services.members.queries.sign_in import locked_index
from services.members.schemas.addresses import DeviceDraft
from services.members.use_cases.house import House, require_offered
from services.members.use_cases.owning import Proven, own_address


def own_device(
    session: Session, member_id: UUID, session_id: UUID | None, device: DeviceDraft, *, house: House, now: datetime
) -> None:
    """Send a member's notes to the device they ask from, and to none that they had before; raises SharedDevice.

    Whoever was signed in there earlier and left their notes on gets none there any more.
    """
    require_offered(Channel.PUSH, house)
    if not session.scalar(select(MemberSession.own_device).where(MemberSession.id == session_id)):
        raise SharedDevice
    proven = Proven.of(session.get_one(MemberKey, member_id), Channel.PUSH, device.written(), house.vault)
    locked_index(session, proven.blind_index)
    own_address(session, proven, by=member_id, reason="", chain=house.chain, now=now)

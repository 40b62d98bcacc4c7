from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.models import Address, AddressState, Channel, Member
from services.members.queries import addresses_of, locked_members
from shared.contracts.members import PreferencesChanged
from shared.messaging import publish


def stop_channel(session: Session, member_id: UUID, channel: str, *, now: datetime) -> None:
    """A member wants nothing more over a channel."""
    _change(session, member_id, channel, Address.stop, now)


def start_channel(session: Session, member_id: UUID, channel: str, *, now: datetime) -> None:
    """A member who had stopped a channel wants it back."""
    _change(session, member_id, channel, Address.start, now)


def fail_channel(session: Session, member_id: UUID, channel: str, *, now: datetime) -> None:
    """A member cannot be reached over a channel any more."""
    _change(session, member_id, channel, Address.fail, now)


def preferences_of(member: Member, addresses: Iterable[Address]) -> PreferencesChanged:
    """How a member likes to be reached, whole: the channels that work, the preferred one first."""
    working = {address.channel for address in addresses if address.state is AddressState.ACTIVE}
    return PreferencesChanged(
        member_id=member.id,
        channels=tuple(sorted(working, key=lambda it: (it != member.preferred_channel, list(Channel).index(it)))),
        quiet_from=member.quiet_from,
        quiet_until=member.quiet_until,
        timezone=member.timezone,
        language=member.language,
    )


def _change(session: Session, member_id: UUID, channel: str, change: Callable[[Address], None], now: datetime) -> None:
    """Change a member's addresses of one channel, and tell it if that changes how they can be reached."""
    # The member is locked before their addresses are read: an import at work on them ends first.
    for member in locked_members(session, [member_id]):
        addresses = addresses_of(session, [member_id])
        before = preferences_of(member, addresses)
        for address in addresses:
            if address.channel == channel:
                change(address)
        after = preferences_of(member, addresses)
        if after != before:
            publish(session, after, now=now)

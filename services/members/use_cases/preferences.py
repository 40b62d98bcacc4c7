from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.consent import agreed, started, stopped
from services.members.errors.people import NoSuchMember
from services.members.models import Address, AddressState, Channel, Consent, Member
from services.members.queries.base import locked_members
from services.members.queries.consents import last_said
from services.members.queries.vault import addresses_of
from shared.contracts.members import PreferencesChanged
from shared.messaging import publish


def stop_channel(session: Session, member_id: UUID, channel: str, *, now: datetime) -> None:
    """A member wants nothing more over a channel: what they said yes to there, they say no to."""
    _change(session, member_id, channel, Address.stop, now=now, saying=stopped)


def start_channel(session: Session, member_id: UUID, channel: str, *, now: datetime) -> None:
    """A member who had stopped a channel wants it back, with what they had said yes to."""
    _change(session, member_id, channel, Address.start, now=now, saying=started)


def fail_channel(session: Session, member_id: UUID, channel: str, *, now: datetime) -> None:
    """A member cannot be reached over a channel any more."""
    _change(session, member_id, channel, Address.fail, now=now)


def lose_channel(session: Session, member_id: UUID, channel: str, *, now: datetime) -> None:
    """A member has lost what they were reached by over a channel, and somebody else may hold it."""
    _change(session, member_id, channel, lambda address: address.lose(now), now=now)


@contextmanager
def telling(session: Session, member: Member, now: datetime) -> Iterator[None]:
    """Tell others how a member likes to be reached, if what is done inside changes that.

    The member is locked before: an import at work on them, or any other such change, ends first.
    """
    before = preferences_now(session, member)
    yield
    after = preferences_now(session, member)
    if after != before:
        publish(session, after, now=now)


def member_locked(session: Session, member_id: UUID) -> Member:
    """A member whom nobody else changes until this transaction ends; raises NoSuchMember."""
    for member in locked_members(session, [member_id]):
        return member
    raise NoSuchMember("Sign in again.")


def preferences_now(session: Session, member: Member) -> PreferencesChanged:
    """How a member likes to be reached, read anew."""
    return preferences_of(member, addresses_of(session, [member.id]), last_said(session, [member.id]))


def preferences_of(member: Member, addresses: Iterable[Address], said: Iterable[Consent]) -> PreferencesChanged:
    """How a member likes to be reached, whole: the channels that work, the preferred one first; what they agreed to."""
    working = {address.channel for address in addresses if address.state is AddressState.ACTIVE}
    channels = sorted(working, key=lambda it: (it != member.preferred_channel, list(Channel).index(it)))
    return PreferencesChanged(
        member_id=member.id,
        channels=tuple(channels),
        quiet_from=member.quiet_from,
        quiet_until=member.quiet_until,
        timezone=member.timezone,
        language=member.language,
        consents=agreed(said, channels),
        paused_until=member.paused_until,
        asks_a_month=member.asks_a_month,
    )


def _change(
    session: Session,
    member_id: UUID,
    channel: str,
    change: Callable[[Address], None],
    *,
    now: datetime,
    saying: Callable[[Iterable[Consent], str, datetime], list[Consent]] | None = None,
) -> None:
    """Change a member's addresses of one channel, and write down what they say by that."""
    for member in locked_members(session, [member_id]):
        with telling(session, member, now):
            for address in addresses_of(session, [member_id]):
                if address.channel == channel:
                    change(address)
            if saying is not None:
                session.add_all(saying(last_said(session, [member_id]), channel, now))

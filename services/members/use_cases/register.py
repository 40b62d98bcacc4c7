"""What is known of the people on a list, held in memory while its rows are gone through, and written in one go."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.members.consent import vouched
from services.members.models import (
    Address,
    AddressState,
    Channel,
    Consent,
    Group,
    ListedPlace,
    Member,
    MemberKey,
    MemberSession,
    Membership,
    slug_of,
)
from services.members.queries.base import among, locked_members
from services.members.queries.consents import last_said
from services.members.queries.groups import inhabited_groups, listed_places_of, memberships_of
from services.members.queries.people import workers_among
from services.members.queries.vault import addresses_of, keys_of, owners_of
from services.members.use_cases.audit import Subject
from services.members.use_cases.preferences import preferences_of
from services.members.vault import Vault
from shared.contracts.members import PreferencesChanged, Role, Visibility

# A deletion in bulk need not look for what it deletes among the objects in hand: none of those is used again.
AS_IT_IS = {"synchronize_session": False}


@dataclass(frozen=True)
class Contact:
    """An address from a list, and its blind index, by which alone two of them are told apart."""

    channel: Channel
    index: str
    address: str = field(compare=False)


@dataclass(frozen=True)
class Snapshot:
    """A member at one moment: two that are equal mean that nothing has changed."""

    name: str
    preferred: Channel
    preferences: PreferencesChanged
    addresses: frozenset[tuple[str, AddressState]]
    places: frozenset[tuple[UUID, Role]]


@dataclass
class Entry:
    """One member, with all that is theirs."""

    member: Member
    key: MemberKey
    addresses: list[Address] = field(default_factory=list)
    places: dict[UUID, Membership] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    said: list[Consent] = field(default_factory=list)

    def snapshot(self) -> Snapshot:
        """How the member is now."""
        return Snapshot(
            name=self.member.name,
            preferred=self.member.preferred_channel,
            preferences=preferences_of(self.member, self.addresses, self.said),
            addresses=frozenset((address.blind_index, address.state) for address in self.addresses),
            places=frozenset((group_id, place.role) for group_id, place in self.places.items()),
        )

    @property
    def channels(self) -> set[Channel]:
        """The channels there is any address of."""
        return {address.channel for address in self.addresses}


class Register:
    """The members whom a list may speak of, and all groups. Nothing is written before `write`."""

    def __init__(
        self, groups: Iterable[Group], entries: Iterable[Entry], inhabited: Collection[UUID], workers: Collection[UUID]
    ) -> None:
        self.new_groups: list[Group] = []
        self.given: set[Subject] = set()
        self.taken: set[Subject] = set()
        self._by_slug: dict[str, Group] = {}
        self._by_name: dict[str, Group | None] = {}
        self._inhabited = inhabited
        self._workers = workers
        for group in groups:
            self._know(group)
        self._owners = {(address.channel, address.blind_index): it for it in entries for address in it.addresses}
        self._new: list[Member] = []
        self._new_parts: list[MemberKey | Address | Membership | ListedPlace | Consent] = []
        self._dropped: list[UUID] = []
        self._signed_out: list[UUID] = []

    @classmethod
    def read(cls, session: Session, indexes: Collection[str]) -> Self:
        """Everybody who has any of these addresses, locked."""
        ids = owners_of(session, indexes)
        members = locked_members(session, ids)
        keys = {key.member_id: key for key in keys_of(session, ids)}
        entries = {member.id: Entry(member, keys[member.id]) for member in members}
        for address in addresses_of(session, ids):
            entries[address.member_id].addresses.append(address)
        for place in memberships_of(session, ids):
            entries[place.member_id].places[place.group_id] = place
        for listed in listed_places_of(session, ids):
            entries[listed.member_id].listed.add(listed.place_hash)
        for each in last_said(session, ids):
            entries[each.member_id].said.append(each)
        return cls(
            session.scalars(select(Group)), entries.values(), inhabited_groups(session), workers_among(session, ids)
        )

    def owner(self, contact: Contact) -> Entry | None:
        """Whose address this is."""
        return self._owners.get((contact.channel, contact.index))

    def group(self, name: str) -> Group | None:
        """The group of this name or short name, in whatever capitals. A name that two go by is neither's."""
        return self._by_slug.get(name) or self._by_name.get(name.casefold()) or self._by_slug.get(slug_of(name))

    def may_join(self, entry: Entry | None, group: Group) -> bool:
        """Whether a list may put somebody into a group. A hidden one that has people says itself who else comes."""
        if not group.is_hidden or (entry is not None and group.id in entry.places):
            return True
        return group.id not in self._inhabited and (entry is None or entry.member.id not in self._workers)

    def begin_group(self, name: str) -> Group:
        """A new group, open to all."""
        group = Group.begun(name, Visibility.OPEN)
        self.new_groups.append(group)
        self._know(group)
        return group

    def add(self, member: Member, vault: Vault) -> Entry:
        """A new member."""
        entry = Entry(member, MemberKey.made(member.id, vault))
        self._new.append(member)
        self._new_parts.append(entry.key)
        return entry

    def join(self, entry: Entry, group: Group, role: Role | None, vault: Vault, now: datetime) -> bool:
        """Make a member part of a group; one who is there keeps their role unless another is given.

        Who was on a list for it before and is not there has left since. No list puts them back: False.
        """
        place = entry.places.get(group.id)
        place_hash = vault.place_hash(entry.member.id, group.id)
        if place_hash not in entry.listed:
            entry.listed.add(place_hash)
            self._new_parts.append(ListedPlace(member_id=entry.member.id, place_hash=place_hash))
        elif place is None:
            return False
        if place is None:
            place = Membership(member_id=entry.member.id, group_id=group.id, role=role or Role.MEMBER, joined_at=now)
            entry.places[group.id] = place
            self._new_parts.append(place)
        elif role is not None:
            place.role = role
        return True

    def give(self, entry: Entry, contact: Contact, vault: Vault, now: datetime) -> bool:
        """Make an address a member's own for its channel; says whether it took the place of another.

        The other is forgotten, so that whoever has it next is not taken for the member. A STOP is for the channel: the
        new address begins stopped if the other was. That the other was stopped is remembered where messages are sent.
        An address that is theirs already and had failed is tried again: a provider may refuse it only for a while.
        """
        old = [it for it in entry.addresses if it.channel is contact.channel and it.blind_index != contact.index]
        for address in old:
            entry.addresses.remove(address)
            del self._owners[address.channel, address.blind_index]
            self._dropped.append(address.id)
            self.taken.add(Subject(entry.member.id, contact.channel))
        if self.owner(contact) is None:
            stopped = any(it.state is AddressState.STOPPED for it in old)
            address = _sealed(entry, contact, AddressState.STOPPED if stopped else AddressState.ACTIVE, vault, now)
            entry.addresses.append(address)
            self._owners[contact.channel, contact.index] = entry
            self._new_parts.append(address)
            self.given.add(Subject(entry.member.id, contact.channel))
        for address in entry.addresses:
            if address.channel is contact.channel:
                address.revive()
        return bool(old)

    def vouch(self, entry: Entry, contacts: Iterable[Contact], now: datetime) -> None:
        """Keep what a list says by having these addresses on it: that their owner asked to be written to there.

        A list cannot speak for somebody who said STOP.
        """
        stopped = {address.channel for address in entry.addresses if address.state is AddressState.STOPPED}
        channels = [contact.channel for contact in contacts if contact.channel not in stopped]
        new = vouched(entry.said, entry.member.id, channels, now)
        entry.said += new
        self._new_parts += new

    def sign_out(self, entry: Entry, now: datetime) -> None:
        """End what was opened from an address that is no longer the member's: links and sessions."""
        entry.member.revoke_links(now.date())
        self._signed_out.append(entry.member.id)

    def write(self, session: Session) -> None:
        """Put it all into the database. What was dropped goes first: its address may be somebody else's by now."""
        with session.no_autoflush:
            gone = delete(Address).where(among(Address.id, self._dropped))
            session.execute(gone, execution_options=AS_IT_IS)
            ended = delete(MemberSession).where(among(MemberSession.member_id, self._signed_out))
            session.execute(ended, execution_options=AS_IT_IS)
        session.add_all([*self.new_groups, *self._new])
        session.flush()
        session.add_all(self._new_parts)
        session.flush()

    def _know(self, group: Group) -> None:
        self._by_slug[group.slug] = group
        name = group.name.casefold()
        # A convenor may give a group the name of one that is hidden; nobody is to end up in the wrong one by it.
        self._by_name[name] = None if name in self._by_name else group


def _sealed(entry: Entry, contact: Contact, state: AddressState, vault: Vault, now: datetime) -> Address:
    sealed = vault.seal(entry.member.id, entry.key.wrapped, contact.channel, contact.address)
    return Address(
        member_id=entry.member.id,
        channel=contact.channel,
        nonce=sealed.nonce,
        ciphertext=sealed.ciphertext,
        blind_index=contact.index,
        state=state,
        added_at=now,
        confirmed_at=now,
    )

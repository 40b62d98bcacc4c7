from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.errors.files import RowRefused
from services.members.errors.vault import AddressDamaged, VaultLocked
from services.members.models import Action, Channel, Group, Member
from services.members.queries.base import one_at_a_time
from services.members.queries.vault import any_sealed_address
from services.members.roster import Refused, Row, read_roster
from services.members.schemas.imports import ImportReport, RefusedRow
from services.members.trail import Chain
from services.members.use_cases import audit
from services.members.use_cases.groups import group_changed
from services.members.use_cases.house import House
from services.members.use_cases.register import Contact, Entry, Register, Snapshot
from services.members.vault import Sealed, Vault
from shared.contracts.members import GroupJoined, MemberJoined
from shared.contracts.message import Message
from shared.messaging import publish_all

LONGEST_GROUP_NAME = 80


def import_members(
    session: Session, content: bytes, house: House, *, create_groups: bool, now: datetime
) -> ImportReport:
    """Bring in a list of members. Rows that can go in do, all in one transaction; the others come back with reasons.

    Somebody who has an address on it is the same member as before, and is brought up to date. Nobody is removed, from
    a group or at all, and nobody is put back into a group that they left; nothing that was stopped is started, but an
    address that had failed is tried again. The same list again changes nothing and says nothing.
    """
    roster = read_roster(content, house.phone_region)
    one_at_a_time(session)
    _try_the_keys(session, house.vault)
    contacts = [_contacts(row, house.vault) for row in roster.rows]
    register = Register.read(session, [contact.index for each in contacts for contact in each])
    work = _Import(register, house, create_groups=create_groups, now=now)
    for row, theirs in zip(roster.rows, contacts, strict=True):
        work.take(row, theirs)
    register.write(session)
    publish_all(session, [*map(group_changed, register.new_groups), *work.messages], now=now)
    _audit(session, register, house.chain, now)
    refused = sorted([*roster.refused, *work.refused], key=lambda it: it.line)
    work.report.refused = [RefusedRow(line=it.line, reason=it.reason, row=dict(it.row)) for it in refused]
    work.report.notes = roster.notes + _in_words(work.stayed_out)
    return work.report


class _Import:
    """Goes through the rows one by one; what one row changes, the next one sees."""

    def __init__(self, register: Register, house: House, *, create_groups: bool, now: datetime) -> None:
        self.report = ImportReport()
        self.refused: list[Refused] = []
        self.messages: list[Message] = []
        self.stayed_out = 0
        self._register = register
        self._house = house
        self._create_groups = create_groups
        self._now = now
        self._lines: dict[Contact, int] = {}
        self._done: dict[UUID, int] = {}

    def take(self, row: Row, contacts: Sequence[Contact]) -> None:
        """Let one row in, or say why not."""
        try:
            entry = self._known(contacts)
            self._check_groups(row, entry)
            # A row without the channel it asks for keeps later ones from the same address: they might give the member
            # that channel, and the same list, read again, would then let this row in.
            self._lines |= dict.fromkeys(contacts, row.line)
            _check_channel(row, contacts, entry)
        except RowRefused as refusal:
            self.refused.append(Refused(row.line, refusal.detail, row.cells))
            return
        before = entry.snapshot() if entry else None
        entry = entry or self._new(row, contacts)
        self._update(entry, row, contacts)
        self._done[entry.member.id] = row.line
        self._tell(entry, before)

    def _new(self, row: Row, contacts: Sequence[Contact]) -> Entry:
        # Texts are preferred where there is a number, until the row is read further.
        member = Member.begun(row.name, contacts[0].channel, self._house.timezone, self._now)
        return self._register.add(member, self._house.vault)

    def _known(self, contacts: Sequence[Contact]) -> Entry | None:
        """The member a row is about, None for a new one; refused when that is not one person, or was here before."""
        for contact in contacts:
            if contact in self._lines:
                what = "phone number" if contact.channel is Channel.SMS else "email address"
                raise RowRefused(f"It is a duplicate: line {self._lines[contact]} has this {what} already.")
        owners = {owner.member.id: owner for owner in map(self._register.owner, contacts) if owner}
        # Looked at first: a later row may make a second owner, and the same list again must be refused alike.
        for member_id in owners:
            if member_id in self._done:
                raise RowRefused(f"It is a duplicate: line {self._done[member_id]} is about the same member.")
        if len(owners) > 1:
            raise RowRefused(
                "It is a duplicate: the phone number is one member's and the email address another's. "
                "Import each with their own."
            )
        return next(iter(owners.values()), None)

    def _check_groups(self, row: Row, entry: Entry | None) -> None:
        for name in row.groups:
            group = self._register.group(name)
            if group is None and not self._create_groups:
                raise RowRefused(f'There is no group called «{name}»; make it with: afterhours groups add "{name}"')
            if len(name) > LONGEST_GROUP_NAME:
                raise RowRefused(f"A group's name has at most {LONGEST_GROUP_NAME} characters.")
            if group is not None and not self._register.may_join(entry, group):
                raise RowRefused(f"«{name}» lets people in itself. They need an invitation from somebody in it.")

    def _update(self, entry: Entry, row: Row, contacts: Sequence[Contact]) -> None:
        member = entry.member
        member.name = row.name or member.name
        member.language = row.language or member.language
        member.preferred_channel = Channel(row.channel) if row.channel else member.preferred_channel
        # Midnight is a time like any other, so these are compared with None.
        member.quiet_from = member.quiet_from if row.quiet_from is None else row.quiet_from
        member.quiet_until = member.quiet_until if row.quiet_until is None else row.quiet_until
        replaced = [self._register.give(entry, contact, self._house.vault, self._now) for contact in contacts]
        self._register.vouch(entry, contacts, self._now)
        if any(replaced):
            self._register.sign_out(entry, self._now)
        groups = [self._group(name) for name in row.groups]
        joined = [self._register.join(entry, group, row.role, self._house.vault, self._now) for group in groups]
        self.stayed_out += not all(joined)

    def _group(self, name: str) -> Group:
        return self._register.group(name) or self._register.begin_group(name)

    def _tell(self, entry: Entry, before: Snapshot | None) -> None:
        """Count what became of a row, and say what others need to know."""
        after = entry.snapshot()
        kind = "added" if before is None else "unchanged" if before == after else "changed"
        setattr(self.report, kind, getattr(self.report, kind) + 1)
        member_id = entry.member.id
        if before is None or before.preferences != after.preferences:
            self.messages.append(after.preferences)
        if before is None:
            self.messages.append(MemberJoined(member_id=member_id))
        new_places = after.places - (before.places if before else frozenset())
        self.messages += [GroupJoined(member_id=member_id, group_id=it, role=role) for it, role in sorted(new_places)]


def _in_words(stayed_out: int) -> list[str]:
    if not stayed_out:
        return []
    who = "1 person" if stayed_out == 1 else f"{stayed_out} people"
    return [f"{who} had left a group of this list, and stayed out of it. They can come back by themselves."]


def _audit(session: Session, register: Register, chain: Chain, now: datetime) -> None:
    for action, subjects in ((Action.ADDRESS_REMOVED, register.taken), (Action.ADDRESS_ADDED, register.given)):
        if subjects:
            audit.write(session, chain, "operator", action, subjects, reason="from a list of members", now=now)


def _contacts(row: Row, vault: Vault) -> list[Contact]:
    told = ((Channel.SMS, row.phone), (Channel.EMAIL, row.email))
    return [Contact(channel, vault.index(channel, address), address) for channel, address in told if address]


def _check_channel(row: Row, contacts: Sequence[Contact], entry: Entry | None) -> None:
    have = {contact.channel for contact in contacts} | (entry.channels if entry else set())
    if row.channel and row.channel not in have:
        what = "phone number" if row.channel == Channel.SMS else "email address"
        raise RowRefused(f"The channel is {row.channel}, but there is no {what}.")


def _try_the_keys(session: Session, vault: Vault) -> None:
    """Refuse to go on with other keys than the vault was filled with: everybody would be new, and locked away twice."""
    sealed = any_sealed_address(session)
    if sealed is None:
        return
    try:
        address = vault.open(sealed.member_id, sealed.wrapped, sealed.channel, Sealed(sealed.nonce, sealed.ciphertext))
    except AddressDamaged:
        return
    if vault.index(sealed.channel, address) != sealed.blind_index:
        raise VaultLocked

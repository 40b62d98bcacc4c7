import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.master_keys import MasterKeys
from services.members.models import Address, Channel, Group, Member, MemberKey, Membership
from services.members.schemas.imports import ImportReport
from services.members.trail import Chain
from services.members.use_cases import House, import_members
from services.members.vault import Sealed, Vault
from shared.messaging.tables import OutboxRow

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
VAULT = Vault(MasterKeys([b"m" * 32]), b"i" * 32)
CHAIN = Chain(b"c" * 32)
HOUSE = House(VAULT, "Europe/London", "", CHAIN, channels=tuple(Channel))


def number(n: int) -> str:
    """One of the thousand numbers that Ofcom keeps for drama."""
    return f"+447700900{n:03}"


def table(rows: Sequence[Mapping[str, str]], delimiter: str = ",") -> bytes:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def member(n: int, **cells: str) -> dict[str, str]:
    return {"name": f"Member {n}", "phone": number(n), "email": f"member{n}@example.org", "groups": "Forum"} | cells


def brought_in(
    session: Session, *rows: Mapping[str, str], create_groups: bool = True, now: datetime = NOW
) -> ImportReport:
    return import_members(session, table(rows), HOUSE, create_groups=create_groups, now=now)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, len(report.refused)


def said(session: Session) -> list[str]:
    """The kinds of all messages in the log, without service and version."""
    return [kind.split(".")[1] for kind in session.scalars(select(OutboxRow.kind).order_by(OutboxRow.arrival))]


def data_of(session: Session, kind: str) -> list[dict[str, Any]]:
    query = select(OutboxRow.data).where(OutboxRow.kind == f"members.{kind}.v1").order_by(OutboxRow.arrival)
    return list(session.scalars(query))


def called(session: Session, name: str) -> Member:
    return session.scalars(select(Member).where(Member.name == name)).one()


def state(session: Session, vault: Vault = VAULT) -> set[tuple[Any, ...]]:
    """All that is known of everybody, without ids and times: what two runs must agree on."""
    groups = {group.id: group.slug for group in session.scalars(select(Group))}
    keys = {key.member_id: key.wrapped for key in session.scalars(select(MemberKey))}
    found = set()
    for one in session.scalars(select(Member)):
        addresses = session.scalars(select(Address).where(Address.member_id == one.id))
        opened = frozenset(
            (a.channel, a.state, vault.open(one.id, keys[one.id], a.channel, Sealed(a.nonce, a.ciphertext)))
            for a in addresses
        )
        places = session.scalars(select(Membership).where(Membership.member_id == one.id))
        joined = frozenset((groups[place.group_id], place.role) for place in places)
        liked = (one.language, one.preferred_channel, one.quiet_from, one.quiet_until, one.timezone)
        found.add((one.name, liked, opened, joined))
    return found

"""D28: whatever is altered in the audit trail, by whoever can write to the database, is noticed."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Row, Table, and_, delete, insert, select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.models import Action, AuditEntry, AuditHead, AuditSubject, MembersBase
from services.members.use_cases import audit
from services.members.use_cases.audit import Subject
from tests.members.builders import CHAIN, NOW, brought_in, called, member

TABLES: list[Table] = [MembersBase.metadata.tables[it.__tablename__] for it in (AuditEntry, AuditSubject, AuditHead)]
ENTRIES, SUBJECTS, HEAD = TABLES
COLUMNS = [column for table in TABLES for column in table.columns]
patient = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)


@pytest.fixture
def trail(session: Session) -> Session:
    """Seven entries, of which two were cut."""
    brought_in(session, member(7), member(8))
    people = [called(session, name).id for name in ("Member 7", "Member 8")]
    for n in range(6):
        subjects = [Subject(it, channel) for it in people[: n % 3] for channel in ("sms", "email")]
        audit.write(
            session, CHAIN, "notifications", Action.LOOKED, subjects, reason=f"because {n}", now=NOW + timedelta(n)
        )
    use_cases.cut_trail(session, CHAIN, now=NOW + timedelta(days=365, hours=1))
    session.commit()
    return session


def flipped(value: Any, at: int, mask: int) -> Any:
    """A value with one byte changed; a text stays a text."""
    if isinstance(value, UUID):
        return UUID(bytes=flipped(value.bytes, at, mask))
    if isinstance(value, datetime):
        return value + timedelta(microseconds=mask << 8 * (at % 6))
    if isinstance(value, int):
        return value ^ (mask % 128 << 8 * (at % 7))
    if isinstance(value, str):
        letter = at % (len(value) + 1)
        return value[:letter] + chr(mask) + value[letter + (mask % 2) :]
    whole = bytearray(value)
    whole[at % len(whole)] ^= mask
    return bytes(whole)


def this(table: Table, row: Row[Any]) -> Any:
    return and_(*(column == row._mapping[column.name] for column in table.primary_key))


def rows_of(trail: Session, table: Table) -> Sequence[Row[Any]]:
    return trail.execute(select(table).order_by(*table.primary_key)).all()


def flip(trail: Session, data: st.DataObject) -> bool:
    table = data.draw(st.sampled_from(TABLES))
    row = data.draw(st.sampled_from(rows_of(trail, table)))
    column = data.draw(st.sampled_from(list(table.columns)))
    new = flipped(row._mapping[column.name], data.draw(st.integers(0, 63)), data.draw(st.integers(1, 255)))
    trail.execute(update(table).where(this(table, row)).values({column.name: new}))
    return bool(new != row._mapping[column.name])


def remove(trail: Session, data: st.DataObject) -> bool:
    table = data.draw(st.sampled_from(TABLES))
    trail.execute(delete(table).where(this(table, data.draw(st.sampled_from(rows_of(trail, table))))))
    return True


def swap(trail: Session, data: st.DataObject) -> bool:
    """Two entries change places, with or without their subjects and hashes."""
    one, other = data.draw(st.permutations(rows_of(trail, ENTRIES)))[:2]
    names = data.draw(st.sets(st.sampled_from([it for it in one._mapping if it != "position"]), min_size=1))
    for target, source in ((one, other), (other, one)):
        values = {name: source._mapping[name] for name in names}
        trail.execute(update(ENTRIES).where(this(ENTRIES, target)).values(values))
    return any(one._mapping[name] != other._mapping[name] for name in names)


def add(trail: Session, data: st.DataObject) -> bool:
    """A copy of a row elsewhere."""
    table = data.draw(st.sampled_from(TABLES))
    row = data.draw(st.sampled_from(rows_of(trail, table)))
    other = {"id" if table is HEAD else "position": data.draw(st.integers(-3, 12))}
    trail.execute(insert(table).values(dict(row._mapping) | other))
    return True


def cut_off_the_end(trail: Session, data: st.DataObject) -> bool:
    """The last entries go, and the head says that there were none."""
    entries = rows_of(trail, ENTRIES)
    first_gone = data.draw(st.sampled_from(entries[1:]))
    last = entries[entries.index(first_gone) - 1]
    for table in (ENTRIES, SUBJECTS):
        trail.execute(delete(table).where(table.c.position >= first_gone.position))
    if data.draw(st.booleans()):
        trail.execute(update(HEAD).values(position=last.position, hash=last.hash))
    return True


def found_after(trail: Session, tamper: Callable[[], Any]) -> bool:
    """Whether it is noticed, by us or before by PostgreSQL; it is taken back."""
    savepoint = trail.begin_nested()
    try:
        tamper()
        trail.expire_all()
        found = use_cases.verify_audit(trail, CHAIN)
        return not found.whole and bool(found.why)
    except (IntegrityError, DataError):
        return True
    finally:
        savepoint.rollback()


@pytest.mark.parametrize("tamper", [flip, remove, swap, add, cut_off_the_end])
@patient
@given(data=st.data())
def test_d28_one_flipped_byte_is_detected(trail: Session, tamper: Callable[..., bool], data: st.DataObject):
    """Any byte of any row; and any row removed, swapped or added, and the end cut off."""
    assert found_after(trail, lambda: assume(tamper(trail, data)))


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_d28_a_flip_in_any_column_of_any_line_is_detected(trail: Session, column: Column[Any]):
    """The lowest bit of the first byte, of one within and of the last, line by line."""
    table, missed = column.table, []
    for row in rows_of(trail, table):
        for at in (0, 5, -1):
            flip_it = update(table).where(this(table, row))
            new = flip_it.values({column.name: flipped(row._mapping[column.name], at, 1)})
            if not found_after(trail, partial(trail.execute, new)):
                missed.append((row, at))
    assert missed == []


@pytest.mark.parametrize("head_too", [False, True])
def test_d28_an_end_that_is_cut_off_anywhere_is_detected(trail: Session, head_too: bool):
    """The last line, the last two, and so on to all of them; also when the head is made to say so."""
    entries = rows_of(trail, ENTRIES)
    start = trail.execute(select(HEAD.c.cut_position, HEAD.c.cut_hash)).one()

    def cut(after: int, hashed: bytes) -> None:
        for table in (ENTRIES, SUBJECTS):
            trail.execute(delete(table).where(table.c.position > after))
        if head_too:
            trail.execute(update(HEAD).values(position=after, hash=hashed))

    ends = [tuple(start), *((entry.position, entry.hash) for entry in entries)]
    assert [found_after(trail, partial(cut, *end)) for end in ends] == [True] * len(entries) + [False]

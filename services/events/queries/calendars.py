from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Text,
    any_,
    cast,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, undefer

from services.events.models import Activity, Calendar, Occurrence


def activities_of(session: Session, group_id: UUID) -> Sequence[Activity]:
    """All that a group ever did."""
    return session.scalars(select(Activity).where(Activity.group_id == group_id)).all()


def activities_behind(session: Session, group_id: UUID, uids: Collection[str]) -> Mapping[str, str]:
    """Of these UIDs those by which our own feed calls dates of a group, each with the UID of its activity."""
    called = cast(Occurrence.id, Text)
    behind = select(called, Activity.uid).join(Activity, Activity.id == Occurrence.activity_id)
    named = called == any_(literal(sorted(uids), ARRAY(Text)))
    return dict(session.execute(behind.where(Occurrence.group_id == group_id, named)).all())


def occurrences_to_compare(
    session: Session, group_id: UUID, slots: Collection[str], now: datetime
) -> Sequence[Occurrence]:
    """Those of a group that an import has to look at: all that are to come, and those that the file names."""
    named = Occurrence.slot == any_(literal(sorted(set(slots)), ARRAY(Text)))
    return session.scalars(
        select(Occurrence)
        .options(undefer(Occurrence.imported))
        .where(Occurrence.group_id == group_id, or_(Occurrence.ends_at > now, named))
    ).all()


def calendars_known_before(session: Session, until: date) -> Sequence[tuple[UUID, str]]:
    """The calendars that were worked out less far than `until`, by group and name."""
    due = select(Calendar.group_id, Calendar.name).where(Calendar.known_until < until)
    return [(group_id, name) for group_id, name in session.execute(due.order_by(Calendar.group_id, Calendar.name))]

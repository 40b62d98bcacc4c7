"""A programme to test on: groups, people in them, and evenings."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.models import Activity, Group, GroupMember, Host, Occurrence, Rsvp
from services.events.programme_diff import Facts
from shared.contracts.events import Answer
from shared.contracts.members import Role, Visibility
from shared.contracts.message import Message
from shared.contracts.routes import ROUTES
from shared.errors import ServiceError
from shared.messaging.tables import OutboxRow

LONDON = "Europe/London"
THURSDAY = Facts(
    starts=datetime(2026, 11, 26, 18, 30),
    ends=datetime(2026, 11, 26, 21, 0),
    all_day=False,
    timezone=LONDON,
    title="Games night",
    summary="Bring a friend.",
    place="Church Hall",
    cancelled=False,
)
KINDS = {message.kind: message for message in ROUTES}


def given_group(session: Session, slug: str = "forum", visibility: Visibility = Visibility.OPEN) -> Group:
    group = Group(id=uuid4(), slug=slug, name=slug.replace("-", " ").title(), visibility=visibility)
    session.add(group)
    session.flush()
    return group


def given_member(session: Session, group: Group, role: Role = Role.MEMBER) -> UUID:
    member = GroupMember(member_id=uuid4(), group_id=group.id, role=role)
    session.add(member)
    session.flush()
    return member.member_id


def given_occurrence(
    session: Session, group: Group, facts: Facts = THURSDAY, *, capacity: int | None = None, days: int = 0
) -> Occurrence:
    """An evening; `days` later than its facts say."""
    facts = replace(facts, starts=facts.starts + timedelta(days=days), ends=facts.ends + timedelta(days=days))
    activity = Activity(
        id=uuid4(),
        group_id=group.id,
        uid=str(uuid4()),
        calendar="forum.ics",
        title=facts.title,
        summary=facts.summary,
        place=facts.place,
        timezone=facts.timezone,
        rule=None,
    )
    session.add(activity)
    session.flush()
    occurrence = Occurrence.new(activity, facts.starts.isoformat(), facts)
    occurrence.capacity = capacity
    session.add(occurrence)
    session.flush()
    return occurrence


def given_host(session: Session, occurrence: Occurrence, group: Group) -> UUID:
    """A member who hosts what an occurrence is one of."""
    host = given_member(session, group)
    at = datetime(2026, 11, 20, tzinfo=UTC)
    session.add(Host(activity_id=occurrence.activity_id, member_id=host, asked_at=at, agreed_at=at))
    session.flush()
    return host


def told(session: Session) -> list[Message]:
    """Every message published so far, in order."""
    rows: Sequence[OutboxRow] = session.scalars(select(OutboxRow).order_by(OutboxRow.arrival)).all()
    return [KINDS[row.kind].model_validate(row.data) for row in rows]


def told_since(session: Session, before: int) -> list[Message]:
    """What was published after the first so many messages."""
    return told(session)[before:]


def going(session: Session, occurrence_id: UUID) -> tuple[int, int]:
    """How many are going by the count, and by the answers."""
    count = session.scalars(select(Occurrence.going).where(Occurrence.id == occurrence_id)).one()
    rows = select(func.count()).where(Rsvp.occurrence_id == occurrence_id, Rsvp.answer == Answer.GOING)
    return count, session.scalars(rows).one()


def refused(act: Callable[..., object], *args: Any, **said: Any) -> type[ServiceError] | None:
    """With what it is refused, None when it is done."""
    try:
        act(*args, **said)
    except ServiceError as error:
        return type(error)
    return None

from collections.abc import Sequence

from sqlalchemy import (
    select,
)
from sqlalchemy.orm import Session

from services.events.models import Group
from shared.contracts.members import Visibility


def group_by_slug(session: Session, slug: str) -> Group | None:
    """The group of that short name."""
    return session.scalar(select(Group).where(Group.slug == slug))


def listed_slugs(session: Session) -> Sequence[str]:
    """The short names of the groups that anyone may know of."""
    listed = select(Group.slug).where(Group.visibility != Visibility.HIDDEN)
    return session.scalars(listed.order_by(Group.slug)).all()

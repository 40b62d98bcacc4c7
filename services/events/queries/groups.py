from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.models import Group
from services.events.queries.programme import visible_to
from shared.auth import Caller
from shared.contracts.members import Visibility


def group_by_slug(session: Session, slug: str) -> Group | None:
    """The group of that short name."""
    return session.scalar(select(Group).where(Group.slug == slug))


def visible_group(session: Session, slug: str, caller: Caller | None) -> Group | None:
    """The group of that short name, if the caller may know of it."""
    return session.scalar(select(Group).where(Group.slug == slug, visible_to(caller)))


def listed_slugs(session: Session) -> Sequence[str]:
    """The short names of the groups that anyone may know of."""
    listed = select(Group.slug).where(Group.visibility != Visibility.HIDDEN)
    return session.scalars(listed.order_by(Group.slug)).all()

"""Roles at an evening, and who takes them."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.events.models import Occurrence
from services.events.queries.roles import helpers_at
from services.events.schemas.roles import RoleTake
from services.events.use_cases.roles import take_role, wish_to_be_asked
from shared.auth import Caller


def takes(
    session: Session, occurrence: Occurrence, who: Caller, kind: str, now: datetime, *, anyway: bool = False
) -> None:
    take_role(session, occurrence.id, RoleTake(kind=kind, anyway=anyway), caller=who, now=now)


def wishes(session: Session, who: Caller, *kinds: str) -> Caller:
    """A member who wishes to be asked for these."""
    wish_to_be_asked(session, kinds, caller=who)
    return who


def does(session: Session, occurrence: Occurrence, kind: str) -> list[object]:
    """Who has a role at an evening."""
    return list(helpers_at(session, occurrence.id).get(kind, []))

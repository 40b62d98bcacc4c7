from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.events.schemas.programme import MOST_PLACES


class Attendance(BaseModel):
    """How many came, counted by a host."""

    came: Annotated[int, Field(ge=0, le=MOST_PLACES)]


class ComingView(BaseModel):
    """Who is coming: how many, and to those who come as well the names of those who wished to be seen.

    `came` is what a host counted, null until then.
    """

    going: int
    came: int | None
    names: list[str]


class Visit(BaseModel):
    """Something the caller said yes to, and that is over."""

    occurrence_id: UUID
    title: str
    place: str
    starts: datetime


class VisitList(BaseModel):
    """The last thirty days, the latest first. Nobody else sees this, and nothing older is kept."""

    items: list[Visit]

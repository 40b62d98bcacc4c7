from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.events.waitlist import Priority

MOST_OTHERS = 20
LONGEST_BEFORE = 24 * 28


class PlaceRulesView(BaseModel):
    """How places at an activity are given.

    `most_others` is how many each may bring. `fills_room`: when a place comes free the first party that fits is asked;
    otherwise the first in line is waited for. `draw_hours`: where places are drawn, how long before the start.
    """

    model_config = ConfigDict(from_attributes=True)

    most_others: int
    fills_room: bool
    priority: Priority
    draw_hours: int


class PlaceRulesEdit(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    most_others: Annotated[int, Field(ge=0, le=MOST_OTHERS)] | None = None
    fills_room: bool | None = None
    priority: Priority | None = None
    draw_hours: Annotated[int, Field(ge=1, le=LONGEST_BEFORE)] | None = None

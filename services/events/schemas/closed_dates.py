from pydantic import BaseModel, ConfigDict

from services.events.schemas.series import DayView
from services.events.schemas.words import Title, example


class ClosedDateDraft(BaseModel):
    """Why a group does nothing on a day."""

    model_config = ConfigDict(json_schema_extra=example({"why": "The hall is shut for Christmas."}))

    why: Title


class ClosedDateView(DayView):
    """A day on which a group does nothing, and how many evenings that called off just now."""

    called_off: int


class ClosedDates(BaseModel):
    """The days on which a group does nothing."""

    items: list[DayView]

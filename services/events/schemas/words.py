from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, NaiveDatetime, StringConstraints

from services.events.plain_text import one_line, paragraphs, place_line

LONGEST_LINE = 200
LONGEST_SUMMARY = 2_000
LONGEST_NAME = 200
# Text in the database holds no NUL, so neither can a name that is looked up there.
NAME = r"^[^\x00]+$"


def _title(text: str) -> str:
    title = one_line(text, LONGEST_LINE)
    if not title:
        raise ValueError("give it a title that can be read")
    return title


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("there is no such time zone; give one like Europe/London")
    return name


Title = Annotated[str, StringConstraints(max_length=LONGEST_LINE), AfterValidator(_title)]
Place = Annotated[
    str, StringConstraints(max_length=LONGEST_LINE), AfterValidator(lambda text: place_line(text, LONGEST_LINE))
]
WallTime = Annotated[NaiveDatetime, AfterValidator(lambda time: time.replace(microsecond=0))]
Summary = Annotated[
    str, StringConstraints(max_length=LONGEST_SUMMARY), AfterValidator(lambda text: paragraphs(text, LONGEST_SUMMARY))
]
Zone = Annotated[str, StringConstraints(max_length=LONGEST_LINE), AfterValidator(_zone)]
# An id as examples show it.
SOME_ID = "0199c2f0-6c1e-7d4b-9a55-3f0e8a7b1c2d"


def example(value: dict[str, Any]) -> dict[str, Any]:
    """What stands in the OpenAPI document beside a model, for whoever writes a front end."""
    return {"example": value}

from typing import Annotated

from pydantic import AfterValidator, NaiveDatetime, StringConstraints

from services.events.plain_text import one_line, place_line

LONGEST_LINE = 200
LONGEST_NAME = 200
# Text in the database holds no NUL, so neither can a name that is looked up there.
NAME = r"^[^\x00]+$"


def _title(text: str) -> str:
    title = one_line(text, LONGEST_LINE)
    if not title:
        raise ValueError("give it a title that can be read")
    return title


Title = Annotated[str, StringConstraints(max_length=LONGEST_LINE), AfterValidator(_title)]
Place = Annotated[
    str, StringConstraints(max_length=LONGEST_LINE), AfterValidator(lambda text: place_line(text, LONGEST_LINE))
]
WallTime = Annotated[NaiveDatetime, AfterValidator(lambda time: time.replace(microsecond=0))]

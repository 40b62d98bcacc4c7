from datetime import date
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from services.feedback.models import Mood


class RemarkDraft(BaseModel):
    """What somebody wants to say: one to 5,000 characters."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
    mood: Mood | None = None


class Receipt(BaseModel):
    """Sixteen digits: with them, and only with them, the answer can be read."""

    receipt: Annotated[str, StringConstraints(pattern=r"^(\d ?){16}$")]

    @property
    def digits(self) -> str:
        """The number without the spaces it is printed with."""
        return self.receipt.replace(" ", "")


class RemarkView(BaseModel):
    """A remark as its writer reads it."""

    text: str
    mood: Mood | None
    day: date
    answer: str | None

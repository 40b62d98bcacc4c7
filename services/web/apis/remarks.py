"""What is said without a name, as feedback keeps it."""

from datetime import date
from typing import Literal

from pydantic import BaseModel

from services.web.calls import Calls

Mood = Literal["good", "bad", "ugly"]


class Receipt(BaseModel):
    receipt: str


class Remark(BaseModel):
    text: str
    day: date
    answer: str | None = None


class RemarksApi:
    """Keeps it, and finds its answer by the receipt."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def keep(self, text: str, mood: Mood | None, key: str) -> str:
        """Say something; the receipt."""
        draft = {"text": text, "mood": mood}
        return (await self._calls.send(Receipt, "POST", "feedback", "/remarks", draft, key=key)).receipt

    async def find(self, receipt: str) -> Remark:
        """What was said and what was answered."""
        return await self._calls.send(Remark, "POST", "feedback", "/remarks/lookup", {"receipt": receipt})

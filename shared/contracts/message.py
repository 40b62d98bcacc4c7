"""The shape all messages share."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """Something that happened in one service and that others may act on.

    A message may grow optional fields; anything else is a new class with the next version in its `kind`.
    Unknown fields are ignored, so that an older subscriber can hear a newer publisher.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: ClassVar[str]
    subject_field: ClassVar[str]

    @property
    def subject(self) -> str:
        """The id of the thing this message is about (CloudEvents `subject`)."""
        subject: UUID = getattr(self, self.subject_field)
        return str(subject)

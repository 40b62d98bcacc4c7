from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.events import Answer


class RsvpDraft(BaseModel):
    """Whether a member is coming."""

    answer: Answer


class RsvpView(BaseModel):
    """What a member said about coming to an occurrence."""

    model_config = ConfigDict(from_attributes=True)

    occurrence_id: UUID
    answer: Answer


class RsvpList(BaseModel):
    """What a member said about everything that is still to come."""

    items: list[RsvpView]

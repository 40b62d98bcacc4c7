from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.members.schemas.base import Secret, example
from shared.contracts.members import Duty


class WorkerDraft(BaseModel):
    """Somebody who is to work for the programme."""

    model_config = ConfigDict(json_schema_extra=example({"name": "Worker 1"}))

    name: str
    duty: Duty = Duty.WORKER


class WorkerView(BaseModel):
    """Somebody who works for the programme, and what they do there."""

    id: UUID
    name: str
    duties: list[Duty]


class Enrolling(WorkerView):
    """The same, with the secret to enrol a second factor with. It is shown once, and works once, for a day."""

    secret: str
    until: datetime


class EnrolmentSecret(BaseModel):
    """What the operator gave a worker, and whether nobody else uses this device."""

    model_config = ConfigDict(json_schema_extra=example({"secret": "hR7kW2mPzQ9sT4vX"}))

    secret: Secret
    own_device: bool = False

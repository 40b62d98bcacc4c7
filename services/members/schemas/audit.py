from datetime import datetime

from pydantic import BaseModel


class AuditLine(BaseModel):
    """Something that was done with what belongs to a member, in plain words."""

    at: datetime
    text: str


class Verdict(BaseModel):
    """Whether the audit trail is whole: how many entries it has, the last one's position and hash (hex).

    Note those two elsewhere: a database that was put back as it was some days ago has an earlier end.
    """

    whole: bool
    entries: int = 0
    last: int = 0
    hash: str = ""
    broken_at: int | None = None
    why: str | None = None

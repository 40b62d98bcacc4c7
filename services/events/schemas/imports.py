from pydantic import BaseModel, ConfigDict

from services.events.programme_diff import Change


class ActivityTally(BaseModel):
    """How many activities an import touched; `missing` ones are stored, still to come, and not in the file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0


class OccurrenceTally(BaseModel):
    """What an import did to dates that are still to come."""

    added: int = 0
    moved: int = 0
    changed: int = 0
    cancelled: int = 0
    restored: int = 0
    unchanged: int = 0

    def count(self, change: Change) -> None:
        """One more of these."""
        setattr(self, change, getattr(self, change) + 1)


class ProblemView(BaseModel):
    """Something in the file that could not be used as it is, and what to do about it."""

    model_config = ConfigDict(from_attributes=True)

    line: int
    component: str
    reason: str


class ImportReport(BaseModel):
    """What became of a calendar file. `missing` names the activities that it no longer has."""

    activities: ActivityTally
    occurrences: OccurrenceTally
    missing: list[str]
    problems: list[ProblemView]

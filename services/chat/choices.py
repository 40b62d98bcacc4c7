"""What somebody may say yes or no to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID


@dataclass(frozen=True)
class Choice:
    """One occurrence, as far as a text speaks of it. `starts` is local time; a title that must not be told is None."""

    occurrence_id: UUID
    title: str | None
    starts: datetime
    all_day: bool = False
    tentative: bool = False

    def stored(self) -> dict[str, Any]:
        """As it is kept with a conversation."""
        return {
            "occurrence_id": str(self.occurrence_id),
            "title": self.title,
            "starts": self.starts.isoformat(),
            "all_day": self.all_day,
            "tentative": self.tentative,
        }

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        """As it was kept."""
        return cls(
            UUID(stored["occurrence_id"]),
            stored["title"],
            datetime.fromisoformat(stored["starts"]),
            stored["all_day"],
            stored.get("tentative", False),
        )

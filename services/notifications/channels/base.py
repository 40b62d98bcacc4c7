"""What every channel does: send many, say what became of each, and find out about one that may have left."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.notifications.parcels import Parcel, Result


class Channel(Protocol):
    """One way to reach people. An adapter is one file and one row in the table of `channels`."""

    name: str

    def send(self, parcels: Sequence[Parcel]) -> list[Result]:
        """Try each parcel once; never raises for one of them."""

    def look_up(self, parcel: Parcel, since: datetime, /) -> Result | None:
        """What became of a parcel that may have left after `since`; None when this channel cannot tell."""

    def close(self) -> None:
        """Let connections go."""

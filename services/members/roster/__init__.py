"""A list of members as people keep it: a CSV file from a spreadsheet, in whatever dialect that spreadsheet speaks.

Everything here is pure: bytes in, rows that can go in and rows that cannot out. Who the people on it are, it leaves to
the use case that has the register at hand.
"""

from services.members.roster.emails import mailable
from services.members.roster.reading import MOST_BYTES, MOST_ROWS, Refused, Roster, read_roster
from services.members.roster.rows import Row

__all__ = ["MOST_BYTES", "MOST_ROWS", "Refused", "Roster", "Row", "mailable", "read_roster"]

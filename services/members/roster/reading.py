"""A whole file: what can go in, what cannot and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.members.errors.files import FileTooLarge, FileUnusable, RowRefused
from services.members.roster.columns import Columns, find_columns
from services.members.roster.decoding import decoded
from services.members.roster.records import Record, records
from services.members.roster.rows import Row, read_row

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 10_000


@dataclass(frozen=True)
class Refused:
    """A row that cannot go in, as it stood, and why."""

    line: int
    reason: str
    row: Mapping[str, str]


@dataclass(frozen=True)
class Roster:
    """A file taken apart. `notes` says what else the sender should know."""

    rows: list[Row]
    refused: list[Refused]
    notes: list[str]


def read_roster(content: bytes, region: str) -> Roster:
    """Read a file; raises FileUnusable or FileTooLarge when nothing of it can be used."""
    if len(content) > MOST_BYTES:
        raise FileTooLarge(f"At most {MOST_BYTES // 1024 // 1024} MB are read. Split the file and import the parts.")
    text = decoded(content)
    columns = find_columns(text)
    roster = Roster([], [], [f"The column «{name}» was not used." for name in columns.ignored()])
    found = 0
    for record in records(text, columns.delimiter):
        if record.line <= columns.line:
            continue
        found += 1
        if found > MOST_ROWS:
            raise FileTooLarge(f"At most {MOST_ROWS:,} rows are read. Split the file and import the parts.")
        _judge(record, columns, region, roster)
    if not found:
        raise FileUnusable("It names its columns, but nobody is on it.")
    return roster


def _judge(record: Record, columns: Columns, region: str, roster: Roster) -> None:
    cells = columns.by_name(record.cells)
    broken = record.broken
    if any(record.cells[len(columns.names) :]):
        broken = "It has more cells than there are columns. Put a cell with a separator in quotation marks."
    if broken:
        roster.refused.append(Refused(record.line, broken, cells))
        return
    try:
        roster.rows.append(read_row(record.line, cells, columns.by_field(record.cells), region))
    except RowRefused as refused:
        roster.refused.append(Refused(record.line, refused.detail, cells))

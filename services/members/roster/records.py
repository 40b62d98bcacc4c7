"""From text to records: the cells of each row and the line it begins on."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

QUOTES_DO_NOT_MATCH = (
    "The quotation marks on this line do not match. Put the cell in one pair, and double any inside it."
)


@dataclass(frozen=True)
class Record:
    """One row as it stands; `broken` says why it could not be taken apart."""

    line: int
    cells: list[str]
    broken: str | None = None


class _Lines(Iterator[str]):
    """The lines of a text, which can be gone back to."""

    def __init__(self, text: str) -> None:
        # Only these line ends: `splitlines` would also break a cell at a form feed or U+2028.
        self._lines = list(io.StringIO(text, newline=""))
        self.read = 0

    def __next__(self) -> str:
        if self.read >= len(self._lines):
            raise StopIteration
        self.read += 1
        return self._lines[self.read - 1]

    def again_after(self, line: int) -> str:
        """Go back to the line after this one; the line itself."""
        self.read = line
        return self._lines[line - 1]


def records(text: str, delimiter: str) -> Iterator[Record]:
    """Every row that is not blank.

    A cell whose quotation mark never closes would swallow the rest of the file. Such a row is given as broken, and
    reading goes on with the line after the one it begins on.
    """
    lines = _Lines(text)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.read + 1
        try:
            cells = [cell.strip() for cell in next(rows)]
        except StopIteration:
            return
        except csv.Error:
            yield Record(line, [lines.again_after(line).strip()], QUOTES_DO_NOT_MATCH)
            continue
        if any(cells):
            yield Record(line, cells)

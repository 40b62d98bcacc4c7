"""Which column holds what, by the many names that people give their columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.members.errors.files import FileUnusable
from services.members.roster.records import records

DELIMITERS = ",;\t"
SAYS_DELIMITER = re.compile(r"sep=([,;\t])\r?\n?", re.IGNORECASE)

# For each field the names it goes by, the most telling first: a mobile number is preferred to just any phone number.
NAMES: Mapping[str, Sequence[str]] = {
    "name": ("preferred name", "known as", "likes to be called", "name", "first name", "full name"),
    "phone": ("mobile", "mobile number", "mobile phone", "cell", "phone", "phone number", "telephone", "tel"),
    "email": ("email", "e mail", "email address", "e mail address", "mail"),
    "groups": ("groups", "group"),
    "channel": ("channel", "preferred channel", "contact by"),
    "quiet_from": ("quiet from", "quiet start"),
    "quiet_until": ("quiet until", "quiet to", "quiet end"),
    "role": ("role",),
    "language": ("language", "lang"),
}
# What is written beside rows that were refused: such a file may be put right and imported as it is.
OURS = {"line", "reason"}


@dataclass(frozen=True)
class Columns:
    """The heading of a table: its delimiter, its columns by name, and where each field stands."""

    line: int
    delimiter: str
    names: tuple[str, ...]
    places: Mapping[str, int]

    def ignored(self) -> list[str]:
        """The columns that nothing was read from."""
        used = set(self.places.values())
        return [name for at, name in enumerate(self.names) if at not in used and plain(name) not in OURS]

    def by_name(self, cells: Sequence[str]) -> dict[str, str]:
        """A row as it stands, under the file's own headings."""
        row = dict(zip(self.names, cells, strict=False))
        return row | {f"column {at + 1}": cells[at] for at in range(len(self.names), len(cells)) if cells[at]}

    def by_field(self, cells: Sequence[str]) -> dict[str, str]:
        """A row's cells by what they mean; empty where there is nothing."""
        return {field: cells[at] if at < len(cells) else "" for field, at in self.places.items()}


def find_columns(text: str) -> Columns:
    """Read the heading, with the delimiter that makes the most sense of it; raises FileUnusable."""
    told = SAYS_DELIMITER.match(text)
    # The first of the best is taken, so a heading of one column counts as separated by commas.
    found = max((_columns(text, mark) for mark in (told[1] if told else DELIMITERS)), key=lambda it: len(it.places))
    if not {"phone", "email"} & set(found.places):
        # The line is not quoted: where a heading is missing, it is somebody's name and number.
        raise FileUnusable(
            "Its first line must name the columns, among them phone or email. "
            "The others may be: name, groups, channel, quiet_from, quiet_until, role, language."
        )
    return found


def plain(name: str) -> str:
    """A heading as it is compared: «E-Mail_Address» is «e mail address»."""
    return re.sub(r"[\s_\-.:*]+", " ", name.casefold()).strip()


def _columns(text: str, delimiter: str) -> Columns:
    said = SAYS_DELIMITER.fullmatch
    for record in records(text, delimiter):
        if record.line == 1 and said(delimiter.join(record.cells) or ""):
            continue
        names = _distinct(record.cells)
        return Columns(record.line, delimiter, names, _places(names))
    raise FileUnusable("There is nothing in it.")


def _distinct(cells: Sequence[str]) -> tuple[str, ...]:
    """The headings, made different from each other where they are not."""
    names: list[str] = []
    for at, cell in enumerate(cells):
        name = cell or f"column {at + 1}"
        names.append(name if name not in names else f"{name} ({at + 1})")
    return tuple(names)


def _places(names: Sequence[str]) -> dict[str, int]:
    at = {plain(name): place for place, name in reversed(list(enumerate(names)))}
    places = {field: [at[name] for name in known if name in at] for field, known in NAMES.items()}
    return {field: found[0] for field, found in places.items() if found}

"""One file with everything: for each service what it holds as JSON, and one page to read."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from html import escape

from shared.export import Export, Part

# Who holds anything by a member's id.
EXPORTED = ("members", "events", "notifications")
PAGE = "read-me-first.html"
HEAD = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>What we hold on you</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body>
<h1>What we hold on you</h1>
<p>This page shows all that the forum keeps about you. It was made on {day}.</p>
<p>It is yours. Keep it safe: it says things about you. You can ask us to erase it all.</p>
<p>What you said with no name on it is not here. We do not know it was you.</p>
"""


def zip_of(exports: Sequence[Export], today: date) -> bytes:
    """The zip file. Nothing in it has the name of anybody."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(PAGE, page_of(exports, today))
        for export in exports:
            archive.writestr(f"{export.service}.json", export.model_dump_json(indent=2))
    return file.getvalue()


def page_of(exports: Sequence[Export], today: date) -> str:
    """The page to read, for any browser, without anything from elsewhere."""
    parts = [part for export in exports for part in export.parts]
    day = f"{today.day} {today:%B %Y}"
    return HEAD.format(day=day) + "".join(map(_section, parts)) + "</body>\n</html>\n"


def _section(part: Part) -> str:
    return f"<h2>{escape(part.heading)}</h2>\n" + "".join(map(_row, part.rows))


def _row(row: dict[str, str]) -> str:
    told = "".join(f"<dt>{escape(word)}</dt><dd>{escape(value)}</dd>\n" for word, value in row.items())
    return f"<dl>\n{told}</dl>\n"

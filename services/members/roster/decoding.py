"""From a file's bytes to its text."""

import codecs
import re

from services.members.errors.files import FileUnusable

AS_CSV = "In the spreadsheet, choose «Save as» and «CSV UTF-8», and import that file."

# What other kinds of file begin with.
OTHER_KINDS = {
    b"PK\x03\x04": f"It is a spreadsheet's own file or a zip. {AS_CSV}",
    b"\xd0\xcf\x11\xe0": f"It is a spreadsheet's own file. {AS_CSV}",
    b"%PDF": "It is a PDF. Import the table it was made from, as CSV.",
}
MARKED = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")
END_OF_FILE = "\x1a"  # what old programs put last


def decoded(content: bytes) -> str:
    """The text, from UTF-8, marked UTF-16 or Windows-1252; raises FileUnusable when it is no text at all."""
    for beginning, what in OTHER_KINDS.items():
        if content.startswith(beginning):
            raise FileUnusable(what)
    try:
        text = _decoded(content).rstrip(END_OF_FILE)
    except UnicodeDecodeError as error:
        raise FileUnusable(f"It is not text. {AS_CSV}") from error
    if NO_TEXT.search(text):
        raise FileUnusable(f"It is not text. {AS_CSV}")
    return text


def _decoded(content: bytes) -> str:
    for mark, encoding in MARKED.items():
        if content.startswith(mark):
            return content.decode(encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # It is what spreadsheets on Windows write unless told otherwise; nearly any bytes can be read so.
        return content.decode("cp1252")

"""Mail as it arrived, read only when somebody looks: a benchmark sends thousands that nobody opens.

Read with the older of the standard library's two mail parsers, which is ten times as fast: scripts list thousands.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from functools import cached_property

FOLD = re.compile(r"\r*\n[ \t]*")
LINE_END = re.compile(r"\r+\n")


@dataclass(frozen=True)
class Letter:
    """A mail as a person sees it."""

    subject: str
    text: str
    html: str | None
    reference: str
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[str, ...]


class RawMail:
    """The bytes of one mail; its several recipients share them."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    @cached_property
    def letter(self) -> Letter:
        """The mail, read once. Whatever arrives can be read: what makes no sense is shown as it came."""
        mail = message_from_bytes(self.content)
        headers = tuple((name, _header(value)) for name, value in mail.raw_items())
        first = {name.lower(): value for name, value in reversed(headers)}
        parts = [part for part in mail.walk() if not part.is_multipart()]
        shown = [part for part in parts if part.get_content_disposition() != "attachment"]
        text = next((part for part in shown if part.get_content_type() == "text/plain"), None)
        html = next((part for part in shown if part.get_content_type() == "text/html"), None)
        return Letter(
            subject=first.get("subject", ""),
            text="" if text is None else _content(text),
            html=None if html is None else _content(html),
            reference=first.get("message-id", ""),
            headers=headers,
            attachments=tuple(_name(part) for part in parts if part not in {text, html}),
        )


def _header(value: object) -> str:
    """A header's words: bytes beyond ASCII are taken for UTF-8, encoded words are decoded where they can be."""
    line = FOLD.sub(" ", str(value)).encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()
    if "=?" not in line:
        return line
    return _attempt(lambda: str(make_header(decode_header(line))), line)


def _content(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return str(part.get_payload())
    charset = _attempt(lambda: part.get_content_charset("utf-8"), "utf-8")
    words = _attempt(lambda: content.decode(charset, "replace"), content.decode("latin-1"))
    return LINE_END.sub("\n", words)


def _name(part: Message) -> str:
    return _attempt(part.get_filename, None) or part.get_content_type()


def _attempt[Result](read: Callable[[], Result], otherwise: Result) -> Result:
    """Hostile mail makes the standard library raise many things; a mailbox has to open all the same."""
    try:
        return read()
    except (LookupError, ValueError, TypeError, AttributeError, HeaderParseError):
        return otherwise

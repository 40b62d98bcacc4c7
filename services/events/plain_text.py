"""Words from elsewhere, made plain: no markup, no control characters, no more than fits."""

import re
import unicodedata
from html import unescape

MARKUP = re.compile(
    r"</?(?:a|b|i|u|p|br|hr|em|ul|ol|li|div|span|strong|h[1-6]|html|body|head|table|tbody|tr|td|th|font|img|pre|blockquote|"
    r"style|script|html-blob|o:p|center|small|sub|sup)(?:\s[^<>]*)?/?>|<!(?:doctype|--)",
    re.IGNORECASE,
)
LAID_OUT = re.compile(r"<(?:html|body|p|div|table|ul|ol|html-blob)(?:\s[^<>]*)?>", re.IGNORECASE)
BLOCKS = {"p", "div", "ul", "ol", "li", "tr", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
PARTS = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^<>]*>|</(?P<closes>[a-z][a-z0-9:-]*)[^<>]*>|<(?P<opens>[a-z][a-z0-9:-]*)(?P<says>[^<>]*)>"
    r"|(?P<words>[^<]+|<)",
    re.IGNORECASE | re.DOTALL,
)
LINK = re.compile(r"""\bhref=["']?([^"'\s>]{1,500})""", re.IGNORECASE)
UNSEEN = {"style", "script", "head", "title"}
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Marks that turn the direction of writing can make a title read as something it is not; the rest are invisible.
HIDDEN = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff")
JOINER = "\u200d"


def one_line(text: str, at_most: int) -> str:
    """A title: everything on one line, single spaces."""
    return shortened(" ".join(plain(text).split()), at_most)


def place_line(text: str, at_most: int) -> str:
    """An address: its lines parted by commas."""
    lines = (" ".join(line.split()).strip(",") for line in plain(text).splitlines())
    return shortened(", ".join(line for line in lines if line), at_most)


def paragraphs(text: str, at_most: int) -> str:
    """A description: its lines kept, never more than one of them empty in a row."""
    lines = "\n".join(" ".join(line.split()) for line in plain(text).split("\n"))
    return shortened(re.sub(r"\n{3,}", "\n\n", lines).strip(), at_most)


def plain(text: str) -> str:
    """The words of a text that may be HTML or hold HTML's entities."""
    if MARKUP.search(text):
        text = _Words.of(text)
    # Sites escape their texts twice as often as not; nobody writes "&amp;" and means it.
    text = ENTITY.sub(lambda found: unescape(found[0]), text)
    text = re.sub(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return unicodedata.normalize("NFC", "".join(letter for letter in text if _is_seen(letter)))


def shortened(text: str, at_most: int) -> str:
    """Cut to length, with an ellipsis, and not between a letter and its accent or inside a joined emoji."""
    if len(text) <= at_most:
        return text
    end = at_most - 1
    while end > 0 and (_clings(text[end]) or text[end - 1] == JOINER):
        end -= 1
    return text[: end or at_most - 1].rstrip() + "…"


def _is_seen(letter: str) -> bool:
    return letter in "\n\t" or not (letter in HIDDEN or unicodedata.category(letter) in {"Cc", "Cs"})


def _clings(letter: str) -> bool:
    return (
        letter == JOINER or unicodedata.category(letter) in {"Mn", "Mc", "Me"} or "\U0001f3fb" <= letter <= "\U0001f3ff"
    )


class _Words:
    """Keeps what a reader of the page would read.

    The standard library's parser takes a minute over five megabytes of "<a<a<a"; this looks at each letter once.
    """

    def __init__(self, *, keeps_lines: bool) -> None:
        self.keeps_lines = keeps_lines
        self.words: list[str] = []
        self.unseen = 0
        self.link = ""

    @classmethod
    def of(cls, text: str) -> str:
        # A page's line breaks are only spaces; those around a few tags in typed text were meant.
        reader = cls(keeps_lines=LAID_OUT.search(text) is None)
        for part in PARTS.finditer(text):
            if part["words"] is not None:
                reader.say(part["words"])
            elif part["opens"] is not None:
                reader.open(part["opens"].lower(), part["says"])
            elif part["closes"] is not None:
                reader.close(part["closes"].lower())
        return "".join(reader.words)

    def open(self, tag: str, says: str) -> None:
        if tag == "a":
            link = LINK.search(says)
            self.link = unescape(link[1]) if link else ""
        elif tag in UNSEEN:
            self.unseen += 1
        elif tag in {"br", "hr"}:
            self.words.append("\n")
        elif tag in BLOCKS:
            self._new_line()
            self.words.append({"p": "\n", "li": "- "}.get(tag, ""))

    def close(self, tag: str) -> None:
        if tag == "a":
            # A link is often all there is to say where an evening online takes place.
            if self.link.startswith(("https://", "http://")) and self.link not in "".join(self.words[-3:]):
                self.words.append(f" ({self.link})")
            self.link = ""
        elif tag in UNSEEN:
            self.unseen = max(self.unseen - 1, 0)
        elif tag in BLOCKS:
            self._new_line()

    def say(self, words: str) -> None:
        if self.unseen:
            return
        words = words if self.keeps_lines else re.sub(r"\s+", " ", words)
        if words != " " or not self._at_line_start():
            self.words.append(words)

    def _at_line_start(self) -> bool:
        last = next((words for words in reversed(self.words) if words), "\n")
        return last.endswith("\n")

    def _new_line(self) -> None:
        if not self._at_line_start():
            self.words.append("\n")

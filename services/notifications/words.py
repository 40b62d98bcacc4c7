"""The words of a notification, from templates: a text of one segment, and a letter in plain text and HTML."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

DEFAULT_LANGUAGE = "en"
# The channels there are words for. Where somebody can be reached by others alone, nothing is sent yet.
WRITTEN_FOR = ("sms", "email")
LONGEST = 34
# Curly quotes, dashes, an ellipsis and a hard space, as calendars write them, in the letters of an ordinary text.
PLAIN = str.maketrans(dict(zip("\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0", "''\"\"--. ", strict=True)))

_environment = ImmutableSandboxedEnvironment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    autoescape=lambda name: bool(name and name.endswith(".html")),
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Words:
    """What a person reads. `subject` and `html` are for mail only."""

    text: str
    subject: str | None = None
    html: str | None = None


@dataclass(frozen=True)
class Subject:
    """What there is to say about. A group that is hidden does not have its titles and places printed.

    `until` is when an answer has to be there, where it has to.
    """

    title: str | None
    place: str | None
    starts: datetime | None
    timezone: str
    all_day: bool
    until: datetime | None = None


# Everybody who is reminded of an evening at once is told the same.
@lru_cache(maxsize=100)
def words_for(
    rule: str, channel: str, subject: Subject, *, language: str, url: str, now: datetime, own: bool = False
) -> Words:
    """The words for one person. `url` is where to read more: a page for all, or where `own` their own link."""
    if channel == "sms":
        short = replace(subject, title=_cut(subject.title), place=_cut(subject.place))
        return Words(_render(language, rule, "sms.txt", _facts(short, now) | {"url": url, "own": own}).translate(PLAIN))
    facts = _facts(subject, now) | {"url": url, "own": own}
    facts["subject"] = title = _render(language, rule, "subject.txt", facts)
    text = _render(language, rule, "email.txt", facts)
    return Words(text=text, subject=title, html=_render(language, rule, "email.html", facts))


def code_words(channel: str, code: str, link: str | None, *, language: str, url: str) -> Words:
    """A code to sign in, and in a letter a link that does the same. Kept nowhere, not even to be said again.

    A text ends in the form by which phones offer the digits to our own pages alone (WICG, origin-bound one-time codes).
    """
    facts: dict[str, str | bool | None] = {"code": code, "link": link, "host": urlsplit(url).hostname}
    if channel == "sms":
        return Words(_render(language, "sign-in", "sms.txt", facts))
    facts["subject"] = title = _render(language, "sign-in", "subject.txt", facts)
    text = _render(language, "sign-in", "email.txt", facts)
    return Words(text=text, subject=title, html=_render(language, "sign-in", "email.html", facts))


def _facts(subject: Subject, now: datetime) -> dict[str, str | bool | None]:
    title = subject.title or "Your evening"
    facts: dict[str, str | bool | None] = {
        "title": title,
        "place": subject.place,
        "day": None,
        "time": None,
        "until": None,
    }
    if subject.starts is None:
        return facts
    today = now.astimezone(ZoneInfo(subject.timezone)).date()
    facts["day"] = day_words(subject.starts.date(), today)
    facts["time"] = None if subject.all_day else time_words(subject.starts)
    if subject.until is not None:
        until = subject.until.astimezone(ZoneInfo(subject.timezone))
        facts["until"] = f"{time_words(until)} {day_words(until.date(), today)}"
    return facts


def _cut(words: str | None) -> str | None:
    """Short enough that a text stays one segment."""
    if words is None or len(words) <= LONGEST:
        return words
    return words[: LONGEST - 1].rstrip() + "."


def day_words(day: date, today: date) -> str:
    """A day as people say it: today, tomorrow, Thursday 26 November."""
    if day == today:
        return "today"
    if day == today + timedelta(days=1):
        return "tomorrow"
    return f"{day:%A} {day.day} {day:%B}"


def time_words(at: datetime) -> str:
    """A time as people say it: 6pm, 6.30pm."""
    hour = at.hour % 12 or 12
    minutes = f".{at.minute:02d}" if at.minute else ""
    return f"{hour}{minutes}{'am' if at.hour < 12 else 'pm'}"  # noqa: PLR2004  # noon


@cache
def _template(language: str, rule: str, part: str) -> Template:
    return _environment.select_template([f"{name}/{rule}/{part}" for name in (language, DEFAULT_LANGUAGE)])


def _render(language: str, rule: str, part: str, facts: dict[str, str | bool | None]) -> str:
    return _template(language, rule, part).render(facts).strip()

"""The filters and pages of Twilio's list of messages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from deploy.simulator.store import Text
from deploy.simulator.twilio_shapes import TwilioError, message_json

LARGEST_PAGE = 1000
USUAL_PAGE = 50
FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize")


@dataclass(frozen=True)
class Span:
    """What a date in a filter covers: a whole day in UTC, or one second."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Wanted:
    """One page of a list. Pages hang on the index of their last text, so new texts do not shift them."""

    query: Mapping[str, str]
    size: int
    number: int
    before: int | None
    dates: tuple[Callable[[datetime], bool], ...]

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Wanted":
        return cls(
            query={name: query[name] for name in FILTERS if name in query},
            size=max(1, min(_number(query, "PageSize", USUAL_PAGE), LARGEST_PAGE)),
            number=_number(query, "Page", 0),
            before=_token(query.get("PageToken")),
            dates=tuple(_date_filters(query)),
        )

    @property
    def reach(self) -> int:
        """How many texts to look up: one more than the page shows tells whether there is a next."""
        skipped = 0 if self.before is not None else self.number * self.size
        return skipped + self.size + 1

    def matches(self, text: Text) -> bool:
        when = (text.sent or text.created).replace(microsecond=0)
        return (
            (self.before is None or text.index < self.before)
            and self.query.get("To", text.to) == text.to
            and self.query.get("From", text.sender) == text.sender
            and all(fits(when) for fits in self.dates)
        )

    def page(self, found: list[Text], account: str, path: str) -> dict[str, object]:
        """The page in Twilio's shape; `found` holds `reach` texts where there are as many."""
        skipped = self.reach - self.size - 1
        texts = found[skipped : skipped + self.size]
        more = len(found) == self.reach
        start = self.number * self.size
        return {
            "first_page_uri": self._uri(path, 0),
            "next_page_uri": self._uri(path, self.number + 1, f"PA{texts[-1].index}") if more else None,
            "previous_page_uri": self._uri(path, self.number - 1) if self.number else None,
            "uri": self._uri(path, self.number),
            "page": self.number,
            "page_size": self.size,
            "start": start,
            "end": start + max(0, len(texts) - 1),
            "messages": [message_json(text, account) for text in texts],
        }

    def _uri(self, path: str, number: int, token: str | None = None) -> str:
        query = {**self.query, "PageSize": self.size, "Page": number}
        if token:
            query["PageToken"] = token
        return f"{path}?{urlencode(query)}"


def _number(query: Mapping[str, str], name: str, otherwise: int) -> int:
    value = query.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else otherwise


def _token(value: str | None) -> int | None:
    if value is None:
        return None
    digits = value.removeprefix("PA")
    if not (digits.isascii() and digits.isdigit()):
        raise TwilioError(400, 20001, "Invalid PageToken.")
    return int(digits)


def _date_filters(query: Mapping[str, str]) -> list[Callable[[datetime], bool]]:
    filters: list[Callable[[datetime], bool]] = []
    if on := query.get("DateSent"):
        span = _span(on)
        filters.append(lambda when: span.begins <= when < span.ends)
    if until := query.get("DateSent<"):
        last = _span(until).ends
        filters.append(lambda when: when < last)
    if since := query.get("DateSent>"):
        first = _span(since).begins
        filters.append(lambda when: when >= first)
    return filters


def _span(value: str) -> Span:
    """Reads what the SDK sends (a second in UTC) and what people type (a day)."""
    try:
        if "T" not in value:
            begins = datetime.combine(date.fromisoformat(value), time(), UTC)
            return Span(begins, begins + timedelta(days=1))
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise TwilioError(400, 20001, f"Invalid DateSent: {value}") from error
    begins = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).replace(microsecond=0)
    return Span(begins, begins + timedelta(seconds=1))

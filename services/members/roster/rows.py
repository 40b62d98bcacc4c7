"""One row of a list of members: what its cells mean, or why they mean nothing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time

from services.members import names, phone
from services.members.errors.files import RowRefused
from services.members.roster.emails import mailable
from shared.contracts.members import Role

BETWEEN_GROUPS = re.compile(r"[;|]")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?(?:[:.]00)?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE)
NOON = 12

CHANNELS = {
    "sms": "sms", "text": "sms", "texts": "sms", "mobile": "sms", "phone": "sms",
    "email": "email", "e-mail": "email", "mail": "email",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A row that can be read. What it leaves out is None, and stays as it was for a member we know."""

    line: int
    cells: Mapping[str, str]
    name: str | None
    phone: str | None
    email: str | None
    groups: tuple[str, ...]
    channel: str | None
    quiet_from: time | None
    quiet_until: time | None
    role: Role | None
    language: str | None


def read_row(line: int, cells: Mapping[str, str], fields: Mapping[str, str], region: str) -> Row:
    """What a row says; raises RowRefused with everything that is wrong with it."""
    wrong: list[str] = []

    def read[T](field: str, reader: Callable[[str], T]) -> T | None:
        text = fields.get(field, "")
        if not text:
            return None
        try:
            return reader(text)
        except RowRefused as refused:
            wrong.append(refused.detail)
            return None

    row = Row(
        line=line,
        cells=cells,
        name=read("name", names.tidied),
        phone=read("phone", lambda text: phone.textable(text, region)),
        email=read("email", mailable),
        groups=read("groups", _groups) or (),
        channel=read("channel", _channel),
        quiet_from=read("quiet_from", _clock),
        quiet_until=read("quiet_until", _clock),
        role=read("role", _role),
        language=read("language", _language),
    )
    if not fields.get("phone") and not fields.get("email"):
        wrong.append("There is neither a phone number nor an email address.")
    if wrong:
        raise RowRefused(" ".join(wrong))
    return row


def _groups(text: str) -> tuple[str, ...]:
    names = (" ".join(name.split()) for name in BETWEEN_GROUPS.split(text))
    return tuple(dict.fromkeys(name for name in names if name))


def _channel(text: str) -> str:
    if text.casefold() not in CHANNELS:
        raise RowRefused("The channel must be sms or email.")
    return CHANNELS[text.casefold()]


def _role(text: str) -> Role:
    try:
        return Role(text.casefold())
    except ValueError as error:
        raise RowRefused("The role must be member, convenor or guest.") from error


def _language(text: str) -> str:
    if not LANGUAGE.fullmatch(text):
        raise RowRefused("The language must be a short code, like en or pl.")
    return text


def _clock(text: str) -> time:
    """21:00, 21.00, 2100, 9pm, 9:30 PM and 21:00:00 are all times of day."""
    found = CLOCK.fullmatch(text)
    hour = int(found[1]) if found else -1
    if found and found[3]:
        hour = hour % NOON + (NOON if found[3].lower() == "p" else 0) if 1 <= hour <= NOON else -1
    try:
        return time(hour, int(found[2] or 0) if found else 0)
    except ValueError as error:
        raise RowRefused("Quiet hours must be times of day, like 21:00.") from error

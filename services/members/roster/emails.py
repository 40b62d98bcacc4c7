"""Email addresses, checked as far as can be without writing to them."""

import re

from services.members.errors import UnusableAddress

LONGEST = 254
SANE = re.compile(r"[^@\s<>(),;:\"\\]+@[^@\s<>(),;:\"\\.]+(\.[^@\s<>(),;:\"\\.]+)+")


def mailable(text: str) -> str:
    """The address with its domain in small letters; raises UnusableAddress."""
    text = text.strip()
    if len(text) > LONGEST:
        raise UnusableAddress(f"That email address is longer than {LONGEST} characters.")
    if not SANE.fullmatch(text) or not text.isprintable():
        raise UnusableAddress("That is not an email address. Write it like name@example.org.")
    name, _, domain = text.partition("@")
    return f"{name}@{domain.lower()}"

"""Email addresses, checked as far as can be without writing to them.

Mail servers agree on plain letters only. A domain with others has a plain form, as bücher.de is xn--bcher-kva.de; it is
asked for and not worked out, because two standards differ on what it is, and a guess would send to a stranger.
"""

import re

from services.members.errors.files import UnusableAddress

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
    if not name.isascii():
        raise UnusableAddress("Our mail only reaches addresses in the plain letters a to z. Write another of theirs.")
    if not domain.isascii():
        raise UnusableAddress(
            "Our mail only reaches addresses in the plain letters a to z. Write what follows the @ in its plain form, "
            "which has xn-- in it."
        )
    return f"{name}@{domain.lower()}"

"""Digits as people type them: phones set to Arabic, Persian, Urdu or Bengali write their own."""

import unicodedata


def in_ascii(text: str) -> str:
    """The same text with every decimal digit of any script as 0 to 9."""
    return "".join(str(unicodedata.decimal(each, each)) for each in text)

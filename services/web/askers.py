"""Where somebody asks from, for limits on guessing: a word for an address that is another each day."""

import hashlib
import hmac
from datetime import date

LENGTH = 32


class Askers:
    """Makes such words. Nobody can tell the address from one, or one day's from another's."""

    def __init__(self, signing_key: str) -> None:
        self._key = hmac.digest(signing_key.encode(), b"afterhours web askers", hashlib.sha256)

    def word(self, address: str, day: date) -> str:
        """The word for who asks from an address on a day."""
        return hmac.new(self._key, f"{day}\0{address}".encode(), hashlib.sha256).hexdigest()[:LENGTH]

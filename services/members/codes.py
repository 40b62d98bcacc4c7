"""Six digits, tokens and indexes for signing in, worked out from a key and kept nowhere.

A hash of six digits keeps nobody out who has the database: there are only a million to try. What is worked out from the
id of a challenge with a key that is not in the database cannot be read there at all (docs/decisions/0011).
"""

import hashlib
import hmac
import unicodedata
from base64 import urlsafe_b64encode
from uuid import UUID

from services.members.digits import in_ascii

DIGITS = 6
TOKEN_BYTES = 16
HEX_DIGITS = 32


class Codes:
    """Everything secret about a challenge, from its id."""

    def __init__(self, key: bytes) -> None:
        # Personal links are signed with the same key of the settings; the label keeps the two apart.
        self._key = hmac.digest(key, b"signing in", hashlib.sha256)

    def code(self, challenge_id: UUID) -> str:
        """The six digits that travel by text or mail, each as likely as any other."""
        # 256 bits leave a remainder that favours nothing by more than one part in 2^236.
        number = int.from_bytes(self._made("code", challenge_id.bytes)) % 10**DIGITS
        return f"{number:0{DIGITS}}"

    def token(self, challenge_id: UUID) -> str:
        """What stands in a link beside the id: whoever has it needs no browser and no digits."""
        return self._short("token", challenge_id)

    def browser(self, challenge_id: UUID) -> str:
        """What the browser that asked is given, so that the digits are of use in it alone."""
        return self._short("browser", challenge_id)

    def link(self, challenge_id: UUID) -> str:
        """The part of a link after its #, which no server and no preview gets to see."""
        return f"{challenge_id.hex}.{self.token(challenge_id)}"

    def telegram(self, challenge_id: UUID) -> str:
        """What a member sends to the bot to show whose chat it is: all that Telegram lets stand in a link to a bot."""
        return challenge_id.hex + self._short("telegram", challenge_id)

    def read_telegram(self, given: str) -> UUID | None:
        """The challenge that this is of, unless it was made up."""
        try:
            challenge_id = UUID(hex=given[:HEX_DIGITS])
        except ValueError:
            return None
        return challenge_id if _same(self.telegram(challenge_id), given) else None

    def is_code(self, challenge_id: UUID, typed: str) -> bool:
        """Whether these are the digits, with whatever people write between them."""
        return _same(self.code(challenge_id), "".join(filter(str.isdigit, in_ascii(typed))))

    def is_token(self, challenge_id: UUID, given: str) -> bool:
        """Whether this is the link's token."""
        return _same(self.token(challenge_id), given)

    def is_browser(self, challenge_id: UUID, given: str) -> bool:
        """Whether this is the browser that asked."""
        return _same(self.browser(challenge_id), given)

    def words_index(self, words: str) -> str:
        """What a card's words are found by. Capitals, spaces and dashes do not count."""
        letters = in_ascii(unicodedata.normalize("NFKC", words)).casefold()
        return self._made("words", "".join(filter(str.isalnum, letters)).encode()).hex()

    def _short(self, purpose: str, challenge_id: UUID) -> str:
        return urlsafe_b64encode(self._made(purpose, challenge_id.bytes)[:TOKEN_BYTES]).decode().rstrip("=")

    def _made(self, purpose: str, what: bytes) -> bytes:
        return hmac.digest(self._key, purpose.encode() + b"\0" + what, hashlib.sha256)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())

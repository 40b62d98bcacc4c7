"""Codes that let somebody into a group: ten letters of Crockford's base 32, stored as a keyed hash alone."""

import hashlib
import hmac
import secrets
from io import BytesIO

import segno

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
# What people write for what they see, and what they put between.
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})


class InvitationCodes:
    """Makes codes, and finds them again."""

    def __init__(self, key: bytes, public_url: str) -> None:
        self._key = key
        self._public_url = public_url.rstrip("/")

    def new(self) -> str:
        """A code that nobody has."""
        return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))

    def hashed(self, code: str) -> str:
        """A code as it is stored, the same however it was typed. Without the key the short code cannot be guessed."""
        read = code.upper().translate(READ_AS)
        return hmac.new(self._key, b"invitation code\0" + read.encode(), hashlib.sha256).hexdigest()

    def link(self, code: str) -> str:
        """Where a phone goes to use a code. It stands behind the #, which no browser sends to any server."""
        return f"{self._public_url}/join#{code}"


def qr_of(link: str) -> str:
    """A link as a QR code, in SVG."""
    drawn = BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", scale=4, xmldecl=False, nl=False)
    return drawn.getvalue().decode()

"""Forms that only our own pages can send.

Each form holds a token made from a secret that the browser has in a cookie and no other site can read. The token is
another in every form, so that a compressed page tells nothing about it.
"""

import hashlib
import hmac
import re
import secrets
from urllib.parse import parse_qsl

from starlette.requests import Request

from shared.errors import Invalid, TooLarge

FIELDS_AT_MOST = 40
LONGEST_FORM = 100_000
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Forms:
    """Makes and checks the tokens; `signing_key` is only what the key for them is drawn from."""

    def __init__(self, signing_key: str) -> None:
        self._key = hmac.digest(signing_key.encode(), b"afterhours web forms", hashlib.sha256)

    def token(self, secret: str) -> str:
        """A token for one form of the browser that has this secret."""
        salt = secrets.token_urlsafe(12)
        return f"{salt}.{self._mark(salt, secret)}"

    def holds(self, token: str, secret: str) -> bool:
        """Whether a token was made for this secret."""
        salt, _, mark = token.partition(".")
        return hmac.compare_digest(mark.encode(), self._mark(salt, secret).encode())

    def _mark(self, salt: str, secret: str) -> str:
        return hmac.new(self._key, f"{salt}\0{secret}".encode(), hashlib.sha256).hexdigest()


async def read_form(request: Request) -> dict[str, str]:
    """What was typed. A body that is no plain form is read as an empty one, which has no token and is refused."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    body = await request.body()
    if len(body) > LONGEST_FORM:
        raise TooLarge("That is too long. Send a shorter one.")
    try:
        pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=FIELDS_AT_MOST)
    except ValueError as error:
        raise Invalid("That form has too many parts.") from error
    return {name: UNSEEN.sub("", value) for name, value in pairs}

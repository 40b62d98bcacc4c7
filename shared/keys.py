"""The keys that sign tokens and check them. Where they came from files, those may change while everything runs.

A public key's id is its issuer's name, or that, a dot and a number: `members.2` is the second key of members. While one
takes over from another both are published, so that nobody is signed out (docs/decisions/0005).
"""

import base64
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

# A strange key id must not have a file read for every request that carries one.
SECONDS_BETWEEN_LOOKS = 1.0


def issuer_of(kid: str) -> str:
    """Whose key an id names."""
    return kid.partition(".")[0]


class Watched:
    """A file that may be replaced while we run, or none."""

    def __init__(self, file: Path | None, pause: float = SECONDS_BETWEEN_LOOKS) -> None:
        self._file = file
        self._pause = pause
        self._looked = float("-inf")
        self._seen: tuple[int, int, int] | None = None

    def news(self) -> str | None:
        """Its text, once after it has changed; None while there is nothing new to read."""
        now = time.monotonic()
        if self._file is None or now < self._looked + self._pause:
            return None
        self._looked = now
        try:
            state = self._file.stat()
            seen = (state.st_mtime_ns, state.st_ino, state.st_size)
            if seen == self._seen:
                return None
            text = self._file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        self._seen = seen
        return text


class TrustedKeys:
    """The public keys of every issuer, as a JSON Web Key Set (RFC 7517)."""

    def __init__(self, key_set: str, file: Path | None = None, pause: float = SECONDS_BETWEEN_LOOKS) -> None:
        self._watched = Watched(file, pause)
        self._take(key_set)

    def find(self, kid: str) -> jwt.PyJWK | None:
        """The key of an id."""
        self._look_again()
        return self._keys.get(kid)

    def of(self, issuer: str) -> list[dict[str, str]]:
        """All keys of an issuer, as they are published."""
        self._look_again()
        return [key for key in self._published if issuer_of(key["kid"]) == issuer]

    def kid_of(self, issuer: str, public: str) -> str:
        """What an issuer's own key is called; its plain name where nobody published it."""
        return next((key["kid"] for key in self.of(issuer) if key["x"] == public), issuer)

    def _look_again(self) -> None:
        text = self._watched.news()
        if text is not None:
            # Half written, it is read again when it is whole; until then what was known counts.
            with suppress(ValueError, KeyError, TypeError, jwt.PyJWTError):
                self._take(text)

    def _take(self, key_set: str) -> None:
        published: list[dict[str, Any]] = json.loads(key_set)["keys"]
        self._keys = {key["kid"]: jwt.PyJWK(key) for key in published}
        self._published = published


class SigningKey:
    """An issuer's private key, and the id by which others know its public half."""

    def __init__(
        self, issuer: str, pem: str, trusted: TrustedKeys | None = None, watched: Watched | None = None
    ) -> None:
        self._issuer = issuer
        self._trusted = trusted
        self._watched = watched or Watched(None)
        self._take(pem)

    @property
    def current(self) -> tuple[str, Ed25519PrivateKey]:
        """The id and the key to sign with now."""
        text = self._watched.news()
        if text is not None:
            # Half written, it is read again when it is whole; until then the one from before is good.
            with suppress(ValueError, TypeError):
                self._take(text)
        return self._kid, self._key

    def _take(self, pem: str) -> None:
        key = load_pem_private_key(pem.encode(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("not an Ed25519 key")
        public = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
        self._kid = self._trusted.kid_of(self._issuer, public) if self._trusted else self._issuer
        self._key = key

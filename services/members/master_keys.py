"""The master keys: they wrap members' data keys, and are in no database.

There may be several, one a line in base64, the newest first: while a new one takes over, what the others wrapped still
opens. Where they came from a file, it is read again once it has changed, so that nothing needs a restart.
"""

import hashlib
import logging
import secrets
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.members.errors.vault import VaultLocked
from shared.keys import Watched

KEY_BYTES = 32
NONCE_BYTES = 12
ID_LETTERS = 8

log = logging.getLogger(__name__)


class Wrapped(NamedTuple):
    """A data key as it is stored, and the id of the master key that wraps it."""

    key: bytes
    master: str


@dataclass(frozen=True)
class MasterKey:
    """One master key. Its id says which it is, and nothing of what it is."""

    id: str
    cipher: AESGCM


def key_id(key: bytes) -> str:
    """The id of a master key: eight letters of a hash."""
    return hashlib.sha256(b"master key id\0" + key).hexdigest()[:ID_LETTERS]


def read_keys(text: str) -> list[bytes]:
    """The keys of a file, newest first; raises ValueError, which says what is wrong and not what was read."""
    keys = []
    for line in text.split():
        try:
            key = b64decode(line, validate=True)
        except NotBase64 as error:
            raise ValueError("must be base64") from error
        if len(key) != KEY_BYTES:
            raise ValueError(f"must be {KEY_BYTES} bytes in base64, not {len(key)}")
        keys.append(key)
    if not keys:
        raise ValueError("must be base64, and is empty")
    return keys


class MasterKeys:
    """Wraps data keys with the newest master key, and unwraps them with whichever fits."""

    def __init__(self, keys: Sequence[bytes], file: Path | None = None) -> None:
        self._keys = _ready(keys)
        self._watched = Watched(file, pause=0)

    @property
    def newest(self) -> MasterKey:
        """The key that wraps what is wrapped from now on."""
        self._look_again()
        return self._keys[0]

    def wrap(self, key: bytes, bound_to: bytes) -> Wrapped:
        """A data key, wrapped. It unwraps only with what it was bound to."""
        nonce, master = secrets.token_bytes(NONCE_BYTES), self.newest
        return Wrapped(nonce + master.cipher.encrypt(nonce, key, bound_to), master.id)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        """The data key; raises VaultLocked when no key that we have fits."""
        key = self._opened(wrapped, bound_to)
        if key is None and self._look_again():
            key = self._opened(wrapped, bound_to)
        if key is None:
            raise VaultLocked
        return key

    def _opened(self, wrapped: bytes, bound_to: bytes) -> bytes | None:
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        for master in self._keys:
            try:
                return master.cipher.decrypt(nonce, sealed, bound_to)
            except (InvalidTag, ValueError):
                continue
        return None

    def _look_again(self) -> bool:
        """Read the file once it has changed; says whether it had. One half written is read again when it is whole."""
        text = self._watched.news()
        if text is None:
            return False
        try:
            self._keys = _ready(read_keys(text))
        except ValueError:
            log.exception("the master key file cannot be read, and the keys of before are used")
            return False
        return True


def _ready(keys: Sequence[bytes]) -> tuple[MasterKey, ...]:
    return tuple(MasterKey(key_id(key), AESGCM(key)) for key in keys)

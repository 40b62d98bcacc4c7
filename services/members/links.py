"""Personal links: a code of forty characters that says who somebody is, signed, kept nowhere.

A code holds the member, the day it counts from, and a signature. It works for thirty days, unless the member's links
were taken back since: then theirs count from a later day, and all earlier ones are refused.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

ID_BYTES = 16
DAY_BYTES = 2
SIGNATURE_BYTES = 12
CODE_BYTES = ID_BYTES + DAY_BYTES + SIGNATURE_BYTES
CODE_LENGTH = CODE_BYTES * 4 // 3
DAYS_VALID = 30
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Link:
    """What a genuine code says."""

    member_id: UUID
    day: date


class Links:
    """Writes and reads codes."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def code(self, member_id: UUID, day: date) -> str:
        """The code of a member's link that counts from `day`."""
        said = member_id.bytes + (day - EPOCH).days.to_bytes(DAY_BYTES)
        return urlsafe_b64encode(said + self._signature(said)).decode()

    def read(self, code: str, today: date) -> Link | None:
        """What a code says; None when it is not ours or too old."""
        if len(code) != CODE_LENGTH or not code.isascii():
            return None
        try:
            raw = urlsafe_b64decode(code)
        except NotBase64:
            return None
        # Letters outside the alphabet are skipped in decoding, so a code with them is shorter than it looked.
        said, signature = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
        if len(raw) != CODE_BYTES or not hmac.compare_digest(signature, self._signature(said)):
            return None
        link = Link(UUID(bytes=said[:ID_BYTES]), EPOCH + timedelta(days=int.from_bytes(said[ID_BYTES:])))
        return link if today - link.day <= timedelta(days=DAYS_VALID) else None

    def _signature(self, said: bytes) -> bytes:
        return hmac.new(self._key, b"personal link\0" + said, hashlib.sha256).digest()[:SIGNATURE_BYTES]

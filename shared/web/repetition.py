"""`Idempotency-Key`: a POST that is sent again with the same key gets the first answer, and does nothing.

An answer can hold what nobody but the caller may read (the receipt of a remark). So it is stored encrypted under the
key itself, of which only a hash is stored, and with the day but not the time.
"""

import hashlib
import os
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import Request, Response
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.errors import Invalid
from shared.idempotency import IdempotencyKey
from shared.web.callers import caller_of

LONGEST_KEY = 200
NONCE_BYTES = 12


class IdempotencyKeyReused(Invalid):
    """The same key came with another request."""

    code = "idempotency-key-reused"
    title = "This Idempotency-Key was used for something else."


class Repetition:
    """One request that carries a key."""

    def __init__(self, who: str, key: str, request_hash: str, now: datetime) -> None:
        # Hashed with who sent it: nobody reads another's answer by guessing a key.
        self._key = hashlib.sha256(f"{who}\0{key}".encode()).hexdigest()
        self._cipher = AESGCM(hashlib.sha256(f"answer\0{who}\0{key}".encode()).digest())
        self._hash = request_hash
        self._day = now.replace(hour=0, minute=0, second=0, microsecond=0)

    @classmethod
    async def of(cls, request: Request) -> Self | None:
        """The repetition this request may be; None when it carries no key or is no POST."""
        key = request.headers.get("idempotency-key")
        if request.method != "POST" or not key:
            return None
        if len(key) > LONGEST_KEY:
            raise Invalid(f"An Idempotency-Key has at most {LONGEST_KEY} characters.")
        caller = caller_of(request)
        who = str(caller.member_id or caller.issuer) if caller else "anyone"
        parts = (request.url.path, request.url.query, await request.body())
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part.encode() if isinstance(part, str) else part)
            digest.update(b"\0")
        return cls(who, key, digest.hexdigest(), request.app.state.clock())

    def answer_before(self, session: Session) -> Response | None:
        """The answer given to this key, or None and the key is now ours.

        While another request with the key is still at work this waits for it: the unique index makes it so.
        """
        claim = (
            insert(IdempotencyKey)
            .values(key=self._key, request_hash=self._hash, created_at=self._day)
            .on_conflict_do_nothing()
            .returning(IdempotencyKey.key)
        )
        if session.scalar(claim):
            return None
        stored = session.get_one(IdempotencyKey, self._key)
        if stored.request_hash != self._hash:
            raise IdempotencyKeyReused("Use a new key for a new request.")
        return Response(
            content=self._opened(stored.body),
            status_code=stored.status or 200,
            media_type=stored.content_type,
            headers={"Idempotent-Replayed": "true"},
        )

    def remember(self, session: Session, response: Response) -> None:
        """Store the answer beside what it answered."""
        session.execute(
            update(IdempotencyKey)
            .where(IdempotencyKey.key == self._key)
            .values(
                status=response.status_code,
                content_type=response.headers.get("content-type"),
                body=self._sealed(bytes(response.body)),
            )
        )

    def _sealed(self, body: bytes) -> str:
        nonce = os.urandom(NONCE_BYTES)
        return b64encode(nonce + self._cipher.encrypt(nonce, body, self._hash.encode())).decode()

    def _opened(self, stored: str | None) -> bytes:
        sealed = b64decode(stored or "")
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._hash.encode())

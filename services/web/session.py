"""From the secret in a browser's cookie to a member's token.

The secret is the session, opaque and known to members alone; the token lives ten minutes and is what services trust.
Tokens are kept here for a minute, so that few pages cost a question; a session that was ended elsewhere, because the
phone was lost, is over in every process of web after that minute.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.web.apis import Apis
from services.web.apis.sign_in import SessionOpened, SignedIn
from services.web.once import Once
from shared.errors import ServiceError, TryAgain

SECONDS_KEPT = 60
SECONDS_LEFT_AT_LEAST = 60
MEMBERS_REMEMBERED = 10_000


@dataclass(frozen=True)
class SignedInMember:
    """Who looks at a page."""

    id: UUID
    name: str
    token: str


class SignIns:
    """Who is behind which cookie. `ticks` tells seconds that never go back."""

    def __init__(self, apis: Apis, ticks: Callable[[], float] = time.monotonic) -> None:
        self._apis = apis
        self._ticks = ticks
        self._once = Once()
        self._kept: dict[str, tuple[float, SignedInMember]] = {}
        self._forgot_at = -math.inf

    async def open(self, shown: Mapping[str, Any]) -> SessionOpened:
        """Begin a session with what somebody shows: a personal link, a code, a card."""
        asked = self._ticks()
        opened: SessionOpened = await self._apis.sign_in.open_session(shown)
        self._keep(opened.session, opened, asked)
        return opened

    async def member(self, session: str) -> SignedInMember | None:
        """Who this is; None when the session is over. Raises TryAgain while members is away."""
        kept = self._kept.get(session)
        if kept is not None and kept[0] > self._ticks():
            return kept[1]
        return await self._once.run(session, lambda: self._ask(session))

    async def end(self, session: str) -> None:
        """Leave, here at once and at members as well; raises TryAgain when members could not be told."""
        self.forget(session)
        try:
            await self._apis.sign_in.end_session(session)
        except TryAgain:
            raise
        except ServiceError:
            # Members does not know the session: it is over already.
            return

    def forget(self, session: str) -> None:
        """Ask anew who this is, next time."""
        self._kept.pop(session, None)
        self._forgot_at = self._ticks()

    def forget_member(self, member_id: UUID) -> None:
        """Ask anew of each of a member's sessions: some of them were ended, or may do more or less than before."""
        self._forgot_at = self._ticks()
        for session in [session for session, (_, member) in self._kept.items() if member.id == member_id]:
            self.forget(session)

    async def _ask(self, session: str) -> SignedInMember | None:
        asked = self._ticks()
        try:
            signed_in = await self._apis.sign_in.token(session)
        except TryAgain:
            raise
        except ServiceError:
            return None
        member = self._keep(session, signed_in, asked)
        if asked < self._forgot_at:
            # It may tell of how things were before: good for the page that waits for it, and for no other.
            del self._kept[session]
        return member

    def _keep(self, session: str, signed_in: SignedIn, asked: float) -> SignedInMember:
        member = SignedInMember(signed_in.member.id, signed_in.member.name, signed_in.token)
        seconds = min(SECONDS_KEPT, signed_in.expires_in - SECONDS_LEFT_AT_LEAST)
        self._kept.pop(session, None)
        if len(self._kept) >= MEMBERS_REMEMBERED:
            del self._kept[next(iter(self._kept))]
        self._kept[session] = (asked + seconds, member)
        return member

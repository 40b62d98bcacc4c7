"""Whose record a request is about: one's own under /me, and under /members/{member_id} that of whom one is helping."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.members.routes.dependencies import MemberCaller
from services.members.use_cases.granting import for_whom
from shared.errors import NotFound
from shared.web import InTransaction, Now


async def _named(member_id: str) -> None:
    """Somebody whom the caller is helping right now."""


def _whom(request: Request, session: InTransaction, caller: MemberCaller, now: Now) -> UUID:
    named = request.path_params.get("member_id")
    if named is None:
        assert caller.member_id is not None
        return caller.member_id
    try:
        return for_whom(session, caller, UUID(named), now)
    except ValueError as error:
        raise NotFound from error


Whom = Annotated[UUID, Depends(_whom)]
named = Depends(_named)

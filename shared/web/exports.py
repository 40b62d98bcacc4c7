"""What a service holds on a member: for the member, and for an operator who hands it to them."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from shared.export import Export
from shared.web.callers import MemberCaller, requires
from shared.web.transaction import InTransaction, router

EXPORTS = "members:export"


def export_routes(export: Callable[[Session, UUID], Export]) -> APIRouter:
    """The two routes of a service whose use case this is."""
    exports = router(tags=["export"])

    @exports.get("/me/export")
    def export_me(session: InTransaction, caller: MemberCaller, response: Response) -> Export:
        """Everything that is held on me here, in plain words."""
        assert caller.member_id is not None
        response.headers["Cache-Control"] = "no-store"
        return export(session, caller.member_id)

    @exports.get("/internal/exports/{member_id}", dependencies=[requires(EXPORTS)])
    def export_member(member_id: UUID, session: InTransaction, response: Response) -> Export:
        """The same, for a member who asked an operator for it."""
        response.headers["Cache-Control"] = "no-store"
        return export(session, member_id)

    return exports

from typing import Annotated
from uuid import UUID

from services.members import use_cases
from services.members.routes.dependencies import MemberCaller, TheHouse, kept_nowhere
from shared.auth import Caller
from shared.export import Export
from shared.web import InTransaction, Now, requires, router

EXPORTS = "members:export"

export = router(tags=["export"], dependencies=[kept_nowhere])


@export.get("/me/export")
def export_me(session: InTransaction, house: TheHouse, caller: MemberCaller) -> Export:
    """Everything that members holds on me, in plain words."""
    assert caller.member_id is not None
    return use_cases.export_member(session, caller.member_id, house=house)


@export.get("/internal/exports/{member_id}")
def export_member(
    member_id: UUID, session: InTransaction, now: Now, house: TheHouse, caller: Annotated[Caller, requires(EXPORTS)]
) -> Export:
    """The same, for a member who asked an operator for it. The member can read that it was done."""
    exported = use_cases.export_member(session, member_id, house=house)
    use_cases.note_export(session, member_id, actor=caller.issuer, chain=house.chain, now=now)
    return exported

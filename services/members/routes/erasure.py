from typing import Annotated
from uuid import UUID

from services.members import use_cases
from services.members.errors.erasure import NotConfirmed
from services.members.routes.dependencies import MemberCaller, TheHouse, TheLedger, recent
from services.members.schemas.erasure import ErasureDraft, ErasureView, Reapplied
from shared.auth import Caller
from shared.web import InTransaction, Now, requires, router

ERASES = "members:erase"

erasure = router(tags=["erasure"])


@erasure.delete("/me", status_code=202, dependencies=[recent])
def erase_me(
    *, session: InTransaction, now: Now, house: TheHouse, ledger: TheLedger, caller: MemberCaller, confirm: bool = False
) -> ErasureView:
    """Be forgotten: everything the forum holds on me is erased, at once and for good. No reason is asked for."""
    assert caller.member_id is not None
    if not confirm:
        raise NotConfirmed
    erased = use_cases.erase_member(
        session, caller.member_id, actor=caller.member_id, ledger=ledger, chain=house.chain, now=now
    )
    return ErasureView.model_validate(erased, from_attributes=True)


@erasure.post("/erasures", status_code=202)
def erase_member(
    *,
    draft: ErasureDraft,
    session: InTransaction,
    now: Now,
    house: TheHouse,
    ledger: TheLedger,
    caller: Annotated[Caller, requires(ERASES)],
) -> ErasureView:
    """Erase a member who asked for it by another way."""
    erased = use_cases.erase_member(
        session, draft.member_id, actor=caller.issuer, ledger=ledger, chain=house.chain, now=now
    )
    return ErasureView.model_validate(erased, from_attributes=True)


@erasure.post("/erasures/reapplications", dependencies=[requires(ERASES)])
def reapply_erasures(session: InTransaction, now: Now, house: TheHouse, ledger: TheLedger) -> Reapplied:
    """After a restore, erase again whoever was erased since the backup."""
    return use_cases.reapply_erasures(session, ledger=ledger, chain=house.chain, now=now)


@erasure.get("/erasures/{erasure_id}")
def read_erasure(erasure_id: UUID, session: InTransaction) -> ErasureView:
    """How far an erasure has come. Whoever was erased has nothing left to sign in with, so its random id is enough."""
    return ErasureView.model_validate(use_cases.read_erasure(session, erasure_id), from_attributes=True)

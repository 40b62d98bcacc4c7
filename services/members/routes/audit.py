from services.members import use_cases
from services.members.routes.dependencies import MemberCaller, TheHouse
from services.members.schemas.audit import AuditLine, Verdict
from shared.errors import Unauthenticated
from shared.web import InTransaction, Page, requires, router

audit = router(tags=["audit"])


@audit.get("/me/audit")
def read_audit(
    session: InTransaction, caller: MemberCaller, after: str | None = None, limit: int = 50
) -> Page[AuditLine]:
    """Who looked at or changed what belongs to me, when and why, newest first."""
    if caller.member_id is None:
        raise Unauthenticated
    return use_cases.read_audit(session, caller.member_id, after=after, limit=limit)


@audit.post("/internal/audit/verifications", dependencies=[requires("audit:verify")])
def verify_audit(session: InTransaction, house: TheHouse) -> Verdict:
    """Whether the audit trail is whole, and where it first is not what was written."""
    return use_cases.verify_audit(session, house.chain)

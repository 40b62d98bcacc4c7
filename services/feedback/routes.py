from fastapi import Request

from services.feedback import use_cases
from services.feedback.schemas import Receipt, RemarkDraft, RemarkView
from shared.web import InTransaction, Now, router

remarks = router(prefix="/remarks", tags=["remarks"])


@remarks.post("", status_code=201)
def make_remark(draft: RemarkDraft, request: Request, session: InTransaction, now: Now) -> Receipt:
    """Say something, good, bad or ugly. No sign-in is asked for, and none is used."""
    zone = request.app.state.timezone
    return Receipt(receipt=use_cases.make_remark(session, draft.text, draft.mood, zone=zone, now=now))


@remarks.post("/lookup")
def read_remark(receipt: Receipt, session: InTransaction) -> RemarkView:
    """Read what was said and what was answered. A POST, so that the number stands in no log or history."""
    remark = use_cases.read_remark(session, receipt.digits)
    return RemarkView.model_validate(remark, from_attributes=True)


ROUTERS = [remarks]

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.feedback.models import Remark, hashed


def remark_by_receipt(session: Session, receipt: str) -> Remark | None:
    """The remark a receipt was given for."""
    return session.scalar(select(Remark).where(Remark.receipt_hash == hashed(receipt)))

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.feedback.errors import NoSuchReceipt
from services.feedback.models import Mood, Remark
from services.feedback.queries import remark_by_receipt

RECEIPT_DIGITS = 16


def make_remark(session: Session, text: str, mood: Mood | None, *, zone: str, now: datetime) -> str:
    """Keep what somebody said; returns the receipt, which is shown once and kept nowhere."""
    receipt = "".join(secrets.choice("0123456789") for _ in range(RECEIPT_DIGITS))
    session.add(Remark.made(text, mood, receipt, now.astimezone(ZoneInfo(zone)).date()))
    return receipt


def read_remark(session: Session, receipt: str) -> Remark:
    """The remark of a receipt, with its answer if there is one."""
    remark = remark_by_receipt(session, receipt)
    if remark is None:
        raise NoSuchReceipt("Look at the sixteen digits again, one by one.")
    return remark

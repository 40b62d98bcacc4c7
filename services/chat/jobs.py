from collections.abc import Sequence

from sqlalchemy import func, update

from services.chat.models import LIST_KEPT, REPLY_KEPT, ChatBase, Contact, Inbound
from shared.worker import Job, Work, every, sweeping


def forget_replies(work: Work) -> None:
    """What we said, and when, is kept only while a provider may bring the text again; a list while it may be answered.

    Of the time, the day stays: beside the provider's own records it would tell whose remark came in at that time.
    """
    now = work.clock()
    with work.sessions.begin() as session:
        past = (Inbound.reply.is_not(None), Inbound.received_at <= now - REPLY_KEPT)
        day = func.date_trunc("day", Inbound.received_at, "UTC")
        session.execute(update(Inbound).where(*past).values(reply=None, received_at=day))
        session.execute(update(Contact).where(Contact.shown_at <= now - LIST_KEPT).values(shown=[], shown_at=None))


JOBS: Sequence[Job] = (every(60, forget_replies), sweeping(ChatBase.metadata))

from collections.abc import Sequence

from sqlalchemy import delete, func, update

from services.chat.models import LIST_KEPT, REPLY_KEPT, ROWS_KEPT, Contact, Inbound
from shared.worker import Job, Work, every


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


def forget_texts(work: Work) -> None:
    """That somebody wrote is forgotten after thirty days."""
    before = work.clock() - ROWS_KEPT
    with work.sessions.begin() as session:
        session.execute(delete(Inbound).where(Inbound.received_at <= before))
        session.execute(delete(Contact).where(Contact.last_message_on <= before.date()))


JOBS: Sequence[Job] = (every(60, forget_replies), every(3600, forget_texts))

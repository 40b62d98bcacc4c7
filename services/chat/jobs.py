from collections.abc import Sequence

from sqlalchemy import delete, update

from services.chat.models import LIST_KEPT, REPLY_KEPT, ROWS_KEPT, Contact, Inbound
from shared.worker import Job, Work, every


def forget_replies(work: Work) -> None:
    """What we said is kept only while a provider may bring the same text again, and a list while it may be answered."""
    now = work.clock()
    with work.sessions.begin() as session:
        said = Inbound.reply.is_not(None)
        session.execute(update(Inbound).where(said, Inbound.received_at <= now - REPLY_KEPT).values(reply=None))
        session.execute(update(Contact).where(Contact.shown_at <= now - LIST_KEPT).values(shown=[], shown_at=None))


def forget_texts(work: Work) -> None:
    """That somebody wrote is forgotten after thirty days."""
    before = work.clock() - ROWS_KEPT
    with work.sessions.begin() as session:
        session.execute(delete(Inbound).where(Inbound.received_at <= before))
        session.execute(delete(Contact).where(Contact.last_message_at <= before))


JOBS: Sequence[Job] = (every(60, forget_replies), every(3600, forget_texts))

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.consent import in_words
from services.members.errors.choices import WordingUnknown
from services.members.models import Consent, Via
from services.members.queries.consents import last_said
from services.members.schemas.choices import Answer, ConsentView
from services.members.use_cases.house import House, require_offered
from services.members.use_cases.preferences import member_locked, telling
from services.members.wordings import CURRENT, was_shown
from shared.pages import page_of


def say_consents(
    session: Session,
    member_id: UUID,
    answers: Sequence[Answer],
    *,
    recorded_by: UUID,
    via: Via,
    house: House,
    now: datetime,
) -> None:
    """Write down what a member says yes and no to. What they said last, to the same words, is not written again."""
    for answer in answers:
        if answer.given:
            require_offered(answer.channel, house)
        if not was_shown(answer.wording, answer.purpose):
            raise WordingUnknown(f"Show the words of GET /wordings/{CURRENT}, and send {CURRENT} as `wording`.")
    member = member_locked(session, member_id)
    last = {(said.purpose, said.channel): (said.given, said.wording) for said in last_said(session, [member_id])}
    with telling(session, member, now):
        session.add_all(
            Consent(**dict(answer), member_id=member_id, recorded_by=recorded_by, via=via, at=now)
            for what, answer in {(each.purpose, each.channel): each for each in answers}.items()
            if last.get(what) != (answer.given, answer.wording)
        )


def read_consents(
    session: Session, member_id: UUID, *, after: str | None, limit: int
) -> tuple[list[ConsentView], str | None]:
    """All that a member ever said yes and no to, in order, in plain words."""
    theirs = select(Consent).where(Consent.member_id == member_id)
    rows, following = page_of(session, theirs, [Consent.number], after=after, limit=limit)
    return [_view(said) for said in rows], following


def _view(said: Consent) -> ConsentView:
    return ConsentView(
        purpose=said.purpose,
        channel=said.channel,
        given=said.given,
        wording=said.wording,
        via=said.via,
        recorded_by=said.recorded_by,
        at=said.at,
        words=in_words(said),
    )

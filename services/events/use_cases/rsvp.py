"""Saying yes and no. The count on the occurrence is the one truth about places, and its row the one lock."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Integer, and_, bindparam, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.errors.places import (
    MembersOnly,
    MovedMeanwhile,
    OccurrenceFull,
    OfferOver,
    PartyTooBig,
    PlacesAreDrawn,
)
from services.events.errors.programme import NoSuchOccurrence
from services.events.line_words import IN_LINE, OFFER_OVER, drawn_words, full_words, party_words
from services.events.models import (
    EventsBase,
    GroupMember,
    Helper,
    Occurrence,
    Others,
    Status,
    Waiting,
    places_for,
    refuse_unless_on,
)
from services.events.queries.places import Standing, standing
from services.events.queries.programme import locked_occurrence
from services.events.use_cases.letting_go import let_go
from services.events.use_cases.places import ask_next, ask_next_in
from shared.contracts.events import Answer, RsvpChanged
from shared.contracts.members import Visibility
from shared.errors import ServiceError, Unauthenticated
from shared.messaging import publish

RSVPS = EventsBase.metadata.tables["rsvps"]
OCCURRENCES = EventsBase.metadata.tables["occurrences"]
NOBODY: Others = {}

# The statements are made once: putting one together takes SQLAlchemy longer than PostgreSQL needs to run it.
_WRITE = upsert(RSVPS)
KEEP_ANSWER = _WRITE.on_conflict_do_update(
    index_elements=[RSVPS.c.occurrence_id, RSVPS.c.member_id],
    set_={name: _WRITE.excluded[name] for name in ("answer", "answered_at", "others", "shown_as")},
    where=RSVPS.c.places == bindparam("had"),
    # PostgreSQL's own mark: a row that was inserted, not changed, has no earlier version.
).returning(literal_column("rsvps.xmax = 0", Boolean).label("first_answer"))

_GOING = OCCURRENCES.c.going + bindparam("more")
_FREE = and_(OCCURRENCES.c.waiting == 0, OCCURRENCES.c.capacity >= _GOING + OCCURRENCES.c.held)
# Who takes a place takes it on the date that they saw; who gives one back may always do so.
_TO_TAKE = and_(OCCURRENCES.c.starts_at == bindparam("seen"), or_(OCCURRENCES.c.capacity.is_(None), _FREE))
TAKE_PLACES = (
    update(OCCURRENCES)
    .where(
        OCCURRENCES.c.id == bindparam("occurrence_id"),
        OCCURRENCES.c.status != Status.CANCELLED,
        OCCURRENCES.c.ends_at > bindparam("now"),
        or_(bindparam("frees"), _TO_TAKE),
    )
    .values(going=_GOING, freed=OCCURRENCES.c.freed + bindparam("frees").cast(Integer))
    .returning(OCCURRENCES.c.line_due)
)


@dataclass(frozen=True)
class Reply:
    """What a member says: whether they come, whom they bring, and the name by which others may see them."""

    occurrence_id: UUID
    member_id: UUID
    answer: Answer
    others: Others
    shown_as: str | None
    now: datetime

    @property
    def places(self) -> int:
        """How many places it takes."""
        return places_for(self.others) if self.answer is Answer.GOING else 0


def answer_rsvp(
    session: Session,
    occurrence_id: UUID,
    member_id: UUID,
    answer: Answer,
    *,
    others: Others | None = None,
    shown_as: str | None = None,
    now: datetime,
) -> Reply:
    """Keep whether a member is coming, and with whom. Saying the same again changes nothing and tells nobody.

    Who waits in the line takes their offer so, or leaves the line. `others` None are those they asked for or come with
    already; `shown_as` None leaves that as it was, and empty shows them to nobody. Returns what is kept.

    Raises Unauthenticated, NoSuchOccurrence, MembersOnly, OccurrenceOver, OccurrenceCancelled, PartyTooBig,
    PlacesAreDrawn, OccurrenceFull or OfferOver.
    """
    here = standing_of(session, occurrence_id, member_id, now)
    refuse_strangers(session, here, member_id)
    reply = Reply(
        occurrence_id, member_id, answer, _others(here, answer, others), _shown_as(here, answer, shown_as), now
    )
    if here.answer == answer and not here.in_line and here.others == reply.others and here.shown_as == reply.shown_as:
        return reply
    if reply.others != here.asked_for:  # What was offered to a party stands, whatever the activity says by now.
        refuse_party(here, reply.others)
    more = reply.places - here.places
    if not here.in_line:
        _refuse_newcomer(here, more, now)
    first_answer = _keep(session, reply, here.places)
    if first_answer is None:
        # The same member said something else meanwhile, on another device.
        return answer_rsvp(session, occurrence_id, member_id, answer, others=others, shown_as=shown_as, now=now)
    more = reply.places if first_answer else more
    if here.in_line:
        _take_from_line(session, reply, more)
    elif more and not _take(session, reply, more, here.starts_at):
        raise _refusal(session, reply, here)
    if reply.answer is Answer.NOT_GOING and here.answer == Answer.GOING:
        let_go(session, [occurrence_id], now, Helper.member_id == member_id)
    if here.answer != answer or more or here.in_line:
        publish(session, RsvpChanged(occurrence_id=occurrence_id, member_id=member_id, answer=answer), now=now)
    return reply


def standing_of(session: Session, occurrence_id: UUID, member_id: UUID, now: datetime) -> Standing:
    """How a member stands to an occurrence that is on; raises what keeps them from answering it."""
    found = known_standing(session, occurrence_id, member_id)
    refuse_unless_on(found.status, found.ends_at, now)
    return found


def known_standing(session: Session, occurrence_id: UUID, member_id: UUID) -> Standing:
    """How a member stands to an occurrence, on or not; raises NoSuchOccurrence or Unauthenticated."""
    found = standing(session, occurrence_id, member_id)
    if found is None:
        raise NoSuchOccurrence("Look at what is on, and choose again.")
    if found.erased:
        raise Unauthenticated  # A token outlives its member by some minutes.
    return found


def refuse_strangers(session: Session, here: Standing, member_id: UUID) -> None:
    """Raises MembersOnly. The membership is locked, so that nobody leaves the group while saying yes."""
    if here.visibility == Visibility.OPEN:
        return
    belongs = select(GroupMember.group_id).where(
        GroupMember.member_id == member_id, GroupMember.group_id == here.group_id
    )
    if session.scalar(belongs.with_for_update(read=True, key_share=True)) is None:
        raise MembersOnly("Ask one of its convenors whether you can join.")


def refuse_party(here: Standing, others: Others) -> None:
    """Raises PartyTooBig for more than one may bring, or than there are places at all."""
    most = here.most_others if here.capacity is None else min(here.most_others, here.capacity - 1)
    if sum(others.values()) > max(most, 0):
        raise PartyTooBig(party_words(most))


def _others(here: Standing, answer: Answer, said: Others | None) -> Others:
    """Whom they bring: those they name, or else those they asked for or come with already."""
    if answer is Answer.NOT_GOING:
        return NOBODY
    known = here.asked_for or here.others or NOBODY
    return {kind: many for kind, many in (known if said is None else said).items() if many}


def _shown_as(here: Standing, answer: Answer, said: str | None) -> str | None:
    """The name that others who come may see: none, unless they gave one with this yes."""
    if answer is Answer.NOT_GOING:
        return None
    return here.shown_as if said is None else said or None


def _refuse_newcomer(here: Standing, more: int, now: datetime) -> None:
    if more > 0 and here.draws_at is not None and now < here.draws_at:
        raise PlacesAreDrawn(drawn_words(here.draws_at, here.timezone))
    if not here.has_room_for(more):
        raise _full(here)


def _keep(session: Session, reply: Reply, had: int) -> bool | None:
    """Write the answer down; whether it is their first, None when they had not `had` so many places.

    Of two answers that a member gives at once, the second waits here for the first.
    """
    said = {
        "occurrence_id": reply.occurrence_id,
        "member_id": reply.member_id,
        "answer": reply.answer,
        "answered_at": reply.now,
        "others": reply.others,
        "shown_as": reply.shown_as,
        "had": had,
    }
    first: bool | None = session.scalar(KEEP_ANSWER, said)
    return first


def _take(session: Session, reply: Reply, more: int, seen: datetime) -> bool:
    """Take places or give some back, in the one statement that also looks whether there are any."""
    said = {"occurrence_id": reply.occurrence_id, "more": more, "frees": more < 0, "seen": seen, "now": reply.now}
    taken = session.execute(TAKE_PLACES, said).one_or_none()
    if taken is not None and more < 0 and taken.line_due is not None:
        ask_next_in(session, [reply.occurrence_id], reply.now)
    return taken is not None


def _take_from_line(session: Session, reply: Reply, more: int) -> None:
    """Answer out of the line: a yes takes the places that are held for them, a no lets them go to the next."""
    occurrence = locked_occurrence(session, reply.occurrence_id)
    occurrence.refuse_unless_on(reply.now)
    if occurrence.line_due is not None and occurrence.line_due <= reply.now:
        ask_next(session, occurrence, reply.now)
    entry = session.get(Waiting, (reply.occurrence_id, reply.member_id), populate_existing=True)
    held = entry.places if entry is not None and entry.offered_until is not None else 0
    if more > held and not _is_free(occurrence, more - held):
        raise _still_waiting(occurrence, entry)
    occurrence.going, occurrence.held = occurrence.going + more, occurrence.held - held
    if entry is not None:
        session.delete(entry)
    ask_next(session, occurrence, reply.now)


def _is_free(occurrence: Occurrence, more: int) -> bool:
    return occurrence.places_left is None or more <= occurrence.places_left


def _still_waiting(occurrence: Occurrence, entry: Waiting | None) -> ServiceError:
    lapsed = entry is not None and entry.passed == occurrence.freed
    return OfferOver(OFFER_OVER) if lapsed else OccurrenceFull(IN_LINE)


def _refusal(session: Session, reply: Reply, seen: Standing) -> ServiceError:
    """Somebody was quicker since `seen` was read: look again, to say with what."""
    here = standing_of(session, reply.occurrence_id, reply.member_id, reply.now)
    if here.starts_at != seen.starts_at:
        return MovedMeanwhile("It was moved just now. Look at the new date, and say again if you come.")
    return _full(here)


def _full(here: Standing) -> OccurrenceFull:
    return OccurrenceFull(full_words(here.capacity, here.places_left))

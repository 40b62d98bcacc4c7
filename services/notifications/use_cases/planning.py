"""What is heard becomes rows: who should be told what, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.notifications.models import (
    Going,
    Lane,
    Notification,
    NotificationsBase,
    Occurrence,
    State,
)
from services.notifications.queries import going_to, was_asked
from services.notifications.reminders import NEEDS_COVER, OFFERS, RULES, Plan, plan
from services.notifications.use_cases.claiming import NEWER, not_left_yet
from shared.contracts.events import OccurrenceState, PlaceOffered, RoleNeedsCover
from shared.contracts.members import Purpose, SignInCodeIssued
from shared.erasure import was_erased
from shared.ids import new_id

WELCOME_LASTS = timedelta(days=3)
ASK_LASTS = timedelta(days=7)
CODE_LASTS = timedelta(minutes=10)
CALLED_OFF = "It was called off."
NOT_COMING = "You said you are not coming."
COVERED = "Somebody else does it."
OFFER_GONE = "The place went to somebody else."
ANOTHER_TIME = "It was moved to another time."
ON_AFTER_ALL = "It is on after all."
NOT_CERTAIN = "It is not certain any more."
TONIGHT = timedelta(hours=12)


@dataclass(frozen=True)
class Asked:
    """What was asked for over a channel; what nobody asked for goes where its recipient likes it best."""

    channel: str | None = None
    challenge_id: UUID | None = None


@dataclass(frozen=True)
class Sort:
    """What all notifications of a sort share: the class whose rules they follow, and the queue they travel in."""

    kind: Purpose
    lane: Lane
    breaks_through: bool = False


# Whoever asked for it waits for it, at whatever hour.
CODE = Sort(Purpose.ACCOUNT, Lane.URGENT, breaks_through=True)
WELCOME = Sort(Purpose.ACCOUNT, Lane.BULK)
QUESTION = Sort(Purpose.FORUM, Lane.REMINDERS)
ASK = Sort(Purpose.ASK, Lane.BULK)
REMINDER = Sort(Purpose.JOINED, Lane.REMINDERS)
CHANGE = Sort(Purpose.JOINED, Lane.URGENT)
URGENT_CHANGE = Sort(Purpose.JOINED, Lane.URGENT, breaks_through=True)

UNASKED = Asked()
REMINDERS = tuple(rule.name for rule in RULES)
# What is said to who comes, or may come, to something that is on.
WHILE_ON = (*REMINDERS, "moved", "confirmed", *OFFERS, NEEDS_COVER)

# The statements of every yes are made once: putting one together takes SQLAlchemy longer than PostgreSQL needs for it.
KEEP_GOING = upsert(NotificationsBase.metadata.tables["going"]).on_conflict_do_nothing()

# One that is waiting already takes the new time instead.
_WRITE_PLAN = upsert(NotificationsBase.metadata.tables["notifications"])
KEEP_PLAN = _WRITE_PLAN.on_conflict_do_update(
    index_elements=["member_id", "occurrence_id", "rule"],
    index_where=text("state IN ('planned', 'due')"),
    set_={
        "due_at": _WRITE_PLAN.excluded.due_at,
        "expires_at": _WRITE_PLAN.excluded.expires_at,
        "breaks_through": _WRITE_PLAN.excluded.breaks_through,
        "channel": _WRITE_PLAN.excluded.channel,
        "challenge_id": _WRITE_PLAN.excluded.challenge_id,
        "state": State.PLANNED,
        "reason": None,
    },
)


def welcome(session: Session, member_id: UUID, now: datetime) -> None:
    """Send a new member their own link."""
    if was_erased(session, member_id):
        return
    _notify(session, [member_id], None, WELCOME, [Plan("welcome", now, now + WELCOME_LASTS)])


def send_code(session: Session, heard: SignInCodeIssued, now: datetime) -> None:
    """Send a member the code that they asked for. One that waits still gives way to it: they asked again."""
    code = Asked(heard.channel, heard.challenge_id)
    _notify(session, [heard.member_id], None, CODE, [Plan("sign-in", now, now + CODE_LASTS)], asked=code)


def ask_to_host(session: Session, member_id: UUID, now: datetime) -> None:
    """Somebody asks a member to run something with them: tell them, once for all who ask before it leaves."""
    if was_erased(session, member_id):
        return
    _notify(session, [member_id], None, ASK, [Plan("host-asked", now, now + ASK_LASTS)])


def schedule(session: Session, heard: OccurrenceState, now: datetime) -> None:
    """An occurrence is on, new or again: plan reminders for those who are coming."""
    occurrence = _keep_occurrence(session, heard, cancelled=False)
    _drop(session, occurrence.id, ("cancelled",), ON_AFTER_ALL)
    _plan_reminders(session, occurrence, going_to(session, occurrence.id), now)


def confirm(session: Session, heard: OccurrenceState, now: datetime) -> None:
    """It was not certain and is now: those coming are told."""
    occurrence = _keep_occurrence(session, heard, cancelled=False)
    certain = Plan("confirmed", now, occurrence.ends_at)
    _tell_of_change(session, occurrence, going_to(session, occurrence.id), certain, occurrence.starts_at)


def describe(session: Session, heard: OccurrenceState) -> None:
    """Its words changed, or it is not certain any more; whether it is on did not change."""
    known = session.get(Occurrence, heard.occurrence_id)
    _keep_occurrence(session, heard, cancelled=known is not None and known.cancelled)
    if heard.tentative:
        _drop(session, heard.occurrence_id, ("confirmed",), NOT_CERTAIN)


def move(session: Session, heard: OccurrenceState, now: datetime) -> None:
    """It has another time or place: its reminders go with it, and those coming are told."""
    known = session.get(Occurrence, heard.occurrence_id)
    was_to_start = known.starts_at if known is not None else heard.starts_at
    occurrence = _keep_occurrence(session, heard, cancelled=False)
    members = going_to(session, occurrence.id)
    _drop(session, occurrence.id, REMINDERS, ANOTHER_TIME)
    _plan_reminders(session, occurrence, members, now)
    _tell_of_change(session, occurrence, members, Plan("moved", now, occurrence.ends_at), was_to_start)


def call_off(session: Session, heard: OccurrenceState, now: datetime) -> None:
    """It will not happen: nothing more is sent about it but that, once, to those who were coming."""
    known = session.get(Occurrence, heard.occurrence_id)
    heard_before = known is not None and known.cancelled
    occurrence = _keep_occurrence(session, heard, cancelled=True)
    if heard_before:
        return  # The source tells its whole state again, after a restore; nobody needs to be told twice.
    _drop(session, occurrence.id, WHILE_ON, CALLED_OFF)
    off = Plan("cancelled", now, occurrence.ends_at)
    _tell_of_change(session, occurrence, going_to(session, occurrence.id), off, occurrence.starts_at)


def call_off_for(session: Session, occurrence_id: UUID, member_id: UUID, now: datetime) -> None:
    """What a member waited for will not happen: they are told as those coming are, if it is still off."""
    occurrence = session.get(Occurrence, occurrence_id)
    if occurrence is None or not occurrence.cancelled or was_erased(session, member_id):
        return
    off = Plan("cancelled", now, occurrence.ends_at)
    _tell_of_change(session, occurrence, [member_id], off, occurrence.starts_at)


def coming(session: Session, occurrence_id: UUID, member_id: UUID, now: datetime) -> None:
    """A member is coming: plan their reminders."""
    if was_erased(session, member_id):
        return
    session.execute(KEEP_GOING, {"occurrence_id": occurrence_id, "member_id": member_id})
    occurrence = session.get(Occurrence, occurrence_id)
    if occurrence is not None and not occurrence.cancelled:
        _plan_reminders(session, occurrence, [member_id], now)


def not_coming(session: Session, occurrence_id: UUID, member_id: UUID) -> None:
    """A member is not coming: silence what was planned for them."""
    session.execute(delete(Going).where(Going.occurrence_id == occurrence_id, Going.member_id == member_id))
    _drop(session, occurrence_id, WHILE_ON, NOT_COMING, member_id)


def offer(session: Session, heard: PlaceOffered, now: datetime) -> None:
    """A place is held for a member: ask them, as long as they can still take it; about one offer, once."""
    occurrence = session.get(Occurrence, heard.occurrence_id)
    if occurrence is None or was_erased(session, heard.member_id):
        return
    if not heard.asked_again and was_asked(session, heard):
        return
    asked = Plan("asked-again" if heard.asked_again else "place-offered", now, heard.until)
    _drop(session, occurrence.id, OFFERS, NEWER, heard.member_id)
    _tell_of_change(session, occurrence, [heard.member_id], asked, occurrence.starts_at)


def withdraw_offer(session: Session, occurrence_id: UUID, member_id: UUID) -> None:
    """A place is held for a member no more: do not ask them."""
    _drop(session, occurrence_id, OFFERS, OFFER_GONE, member_id)


def ask_to_help(session: Session, heard: RoleNeedsCover, now: datetime) -> None:
    """Somebody is missing at an occurrence: ask a member who wished to be asked, by day and while it is of use."""
    if session.get(Occurrence, heard.occurrence_id) is None or was_erased(session, heard.member_id):
        return
    _notify(session, [heard.member_id], heard.occurrence_id, QUESTION, [Plan(NEEDS_COVER, now, heard.until)])


def ask_no_more(session: Session, occurrence_id: UUID, member_id: UUID) -> None:
    """Nobody is missing any more: do not ask them."""
    _drop(session, occurrence_id, (NEEDS_COVER,), COVERED, member_id)


def _keep_occurrence(session: Session, heard: OccurrenceState, *, cancelled: bool) -> Occurrence:
    values = heard.model_dump(exclude={"occurrence_id", "activity_id", "tentative"})
    values |= {"id": heard.occurrence_id, "cancelled": cancelled}
    kept = upsert(Occurrence).values(values).on_conflict_do_update(index_elements=["id"], set_=values)
    return session.scalars(kept.returning(Occurrence), execution_options={"populate_existing": True}).one()


def _plan_reminders(session: Session, occurrence: Occurrence, members: Sequence[UUID], now: datetime) -> None:
    """Plan what is still ahead. A reminder whose time has passed is not made up for: it would come as a surprise."""
    plans = plan(occurrence.starts, occurrence.timezone, occurrence.starts_at, all_day=occurrence.all_day)
    _notify(session, members, occurrence.id, REMINDER, [reminder for reminder in plans if reminder.due_at > now])


def _tell_of_change(
    session: Session, occurrence: Occurrence, members: Sequence[UUID], told: Plan, was_to_start: datetime
) -> None:
    """At once; also at night, when it was or is to start within hours: nobody should stand before a locked door."""
    if told.expires_at <= told.due_at:
        return
    now = told.due_at
    tonight = any(timedelta() <= start - now <= TONIGHT for start in (was_to_start, occurrence.starts_at))
    _notify(session, members, occurrence.id, URGENT_CHANGE if tonight else CHANGE, [told])


def _notify(
    session: Session,
    members: Sequence[UUID],
    occurrence_id: UUID | None,
    sort: Sort,
    plans: Sequence[Plan],
    *,
    asked: Asked = UNASKED,
) -> None:
    """Plan these notifications for each member."""
    rows = [
        {
            "id": new_id(),
            "member_id": member,
            "occurrence_id": occurrence_id,
            "rule": when.rule,
            "kind": sort.kind,
            "lane": sort.lane,
            "due_at": when.due_at,
            "expires_at": when.expires_at,
            "breaks_through": sort.breaks_through,
            "channel": asked.channel,
            "challenge_id": asked.challenge_id,
        }
        for when in plans
        for member in members
    ]
    if rows:
        session.execute(KEEP_PLAN, rows)


def _drop(
    session: Session, occurrence_id: UUID, rules: Sequence[str], reason: str, member_id: UUID | None = None
) -> None:
    """End what has not left yet, also what a worker has claimed and not begun to send."""
    doomed = (
        update(Notification)
        .where(
            Notification.occurrence_id == occurrence_id,
            Notification.rule.in_(rules),
            not_left_yet(),
        )
        .values(state=State.SUPPRESSED, reason=reason)
    )
    if member_id is not None:
        doomed = doomed.where(Notification.member_id == member_id)
    session.execute(doomed)

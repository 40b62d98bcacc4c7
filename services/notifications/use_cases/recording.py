"""What became of a try. Each result names its attempt, so a worker that comes back late overwrites nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, tuple_, update
from sqlalchemy.orm import Session

from services.notifications.models import Delivery, Notification, State
from services.notifications.parcels import Outcome, Result
from services.notifications.use_cases.claiming import LOOK_UP_AFTER, UNSURE, Claim, due_again
from services.notifications.use_cases.stopping import stop
from shared.contracts.notifications import DeliveryFailedForGood
from shared.messaging import publish

ATTEMPTS = 6
FIRST_PAUSE_SECONDS = 20.0

FAILED = "The provider would not take it."
GIVEN_UP = "It could not be sent, again and again."
DEAD = "The address does not work any more."
NO_ADDRESS = "We have no way to reach you that works."
STOPPED = "You texted STOP."
NOT_TO_BE_KNOWN = "It may have left; there is no way to find out."
NO_WORDS = "We could not find the words for it."


@dataclass(frozen=True)
class End:
    """The state that a result leads to."""

    state: State
    reason: str | None = None


ENDS = {
    Outcome.ACCEPTED: End(State.ACCEPTED),
    Outcome.REFUSED: End(State.FAILED, FAILED),
    Outcome.DEAD: End(State.FAILED, DEAD),
    Outcome.STOPPED: End(State.SUPPRESSED, STOPPED),
    Outcome.AMBIGUOUS: End(State.UNKNOWN, UNSURE),
}


def record(session: Session, results: Sequence[tuple[Claim, Result]], indexes: dict[UUID, str], now: datetime) -> None:
    """Record what channels answered. `indexes` are the blind indexes of the addresses by reference."""
    _keep_tries(session, [result for _, result in results])
    ends: dict[End, list[Claim]] = {}
    for claim, result in results:
        if result.outcome is Outcome.RETRY:
            _try_later(session, claim, now)
            continue
        ends.setdefault(ENDS[result.outcome], []).append(claim)
        if result.outcome is Outcome.DEAD:
            gone = DeliveryFailedForGood(member_id=claim.member_id, channel=claim.channel)
            publish(session, gone, now=now)
        if result.outcome is Outcome.STOPPED:
            stop(session, claim.channel, indexes[claim.reference], claim.member_id, now)
    for end, claims in ends.items():
        _end(session, claims, end, now)


def withhold(session: Session, claims: Iterable[Claim], reason: str, now: datetime) -> None:
    """End what may not leave after all."""
    _end(session, list(claims), End(State.SUPPRESSED, reason), now)


def fail(session: Session, claims: Iterable[Claim], reason: str, now: datetime) -> None:
    """End what can never be sent."""
    _end(session, list(claims), End(State.FAILED, reason), now)


def give_back(session: Session, claims: Sequence[Claim], now: datetime, pause: timedelta) -> None:
    """Nothing was tried: due again after a pause, and the attempt does not count."""
    uncounted = due_again(now + pause).values(attempt=Notification.attempt - 1)
    session.execute(uncounted.where(*_still_ours(claims)))


def give_up_asking(session: Session, claims: Sequence[Claim]) -> None:
    """Nobody can tell whether these left: they stay unknown, and say so."""
    session.execute(
        update(Notification)
        .where(*_still_ours(claims), Notification.state == State.UNKNOWN)
        .values(reason=NOT_TO_BE_KNOWN, due_at=Notification.expires_at)
    )


def _keep_tries(session: Session, results: Sequence[Result]) -> None:
    rows = [{"id": r.reference, "outcome": r.outcome, "provider_id": r.provider_id, "error": r.error} for r in results]
    session.execute(update(Delivery), rows)


def _try_later(session: Session, claim: Claim, now: datetime) -> None:
    """Pauses grow, and differ, so that a provider that comes back is not met by everyone at once."""
    if claim.attempt >= ATTEMPTS:
        _end(session, [claim], End(State.FAILED, GIVEN_UP), now)
        return
    pause = FIRST_PAUSE_SECONDS * 2 ** (claim.attempt - 1) * uniform(0.8, 1.2)  # noqa: S311  # not a secret
    later = now + timedelta(seconds=pause)
    session.execute(due_again(later).where(*_still_ours([claim])))


def _end(session: Session, claims: Sequence[Claim], end: End, now: datetime) -> None:
    if not claims:
        return
    values: dict[str, Any] = {"state": end.state, "reason": end.reason, "lease_until": None}
    if end.state is State.ACCEPTED:
        values["sent_at"] = now
    if end.state is State.UNKNOWN:
        values |= {"sent_at": now, "due_at": now + LOOK_UP_AFTER}
    session.execute(update(Notification).where(*_still_ours(claims)).values(values))


def _still_ours(claims: Sequence[Claim]) -> tuple[ColumnElement[bool], ...]:
    pairs = [(claim.notification_id, claim.attempt) for claim in claims]
    return (
        tuple_(Notification.id, Notification.attempt).in_(pairs),
        Notification.state.in_((State.CLAIMED, State.UNKNOWN)),
    )

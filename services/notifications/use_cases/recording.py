"""What became of a try. Each result names its attempt, so a worker that comes back late overwrites nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from services.notifications.models import Notification, NotificationsBase, State
from services.notifications.parcels import Outcome, Result
from services.notifications.use_cases.claiming import LOOK_UP_AFTER, OF_THESE, UNSURE, Claim, due_again, pairs_of
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


@dataclass(frozen=True)
class Sent:
    """What became of one try; `index` is the blind index of the address it went to."""

    claim: Claim
    index: str
    result: Result


_DELIVERIES = NotificationsBase.metadata.tables["deliveries"]
KEEP_TRY = update(_DELIVERIES).where(_DELIVERIES.c.id == bindparam("tried"))
KEEP_TRY = KEEP_TRY.values({name: bindparam(name) for name in ("outcome", "provider_id", "error")})

OPEN = Notification.state.in_((State.CLAIMED, State.UNKNOWN))
_TIMES: dict[State, dict[str, Any]] = {
    State.ACCEPTED: {"sent_at": bindparam("now")},
    State.UNKNOWN: {"sent_at": bindparam("now"), "due_at": bindparam("later")},
}
END = {
    state: update(Notification)
    .where(OF_THESE, OPEN)
    .values({"state": state, "reason": bindparam("reason"), "lease_until": None} | _TIMES.get(state, {}))
    .execution_options(synchronize_session=False)
    for state in (State.ACCEPTED, State.UNKNOWN, State.FAILED, State.SUPPRESSED)
}


def record(session: Session, sent: Sequence[Sent], now: datetime) -> None:
    """Record what channels answered."""
    if not sent:
        return
    _keep_tries(session, [each.result for each in sent])
    ends: dict[End, list[Claim]] = {}
    for claim, index, result in ((each.claim, each.index, each.result) for each in sent):
        if result.outcome is Outcome.RETRY:
            _try_later(session, claim, now)
            continue
        ends.setdefault(ENDS[result.outcome], []).append(claim)
        if result.outcome is Outcome.DEAD:
            gone = DeliveryFailedForGood(member_id=claim.member_id, channel=claim.channel)
            publish(session, gone, now=now)
        if result.outcome is Outcome.STOPPED:
            stop(session, claim.channel, index, claim.member_id, now)
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
    session.execute(uncounted.where(OF_THESE, OPEN), {"pairs": pairs_of(claims)})


def give_up_asking(session: Session, claims: Sequence[Claim]) -> None:
    """Nobody can tell whether these left: they stay unknown, and say so."""
    session.execute(
        update(Notification)
        .where(OF_THESE, Notification.state == State.UNKNOWN)
        .values(reason=NOT_TO_BE_KNOWN, due_at=Notification.expires_at),
        {"pairs": pairs_of(claims)},
    )


def _keep_tries(session: Session, results: Sequence[Result]) -> None:
    rows = [
        {"tried": r.reference, "outcome": r.outcome, "provider_id": r.provider_id, "error": r.error} for r in results
    ]
    session.connection().execute(KEEP_TRY, rows)


def _try_later(session: Session, claim: Claim, now: datetime) -> None:
    """Pauses grow, and differ, so that a provider that comes back is not met by everyone at once."""
    if claim.attempt >= ATTEMPTS:
        _end(session, [claim], End(State.FAILED, GIVEN_UP), now)
        return
    pause = FIRST_PAUSE_SECONDS * 2 ** (claim.attempt - 1) * uniform(0.8, 1.2)  # noqa: S311  # not a secret
    later = now + timedelta(seconds=pause)
    session.execute(due_again(later).where(OF_THESE, OPEN), {"pairs": pairs_of([claim])})


def _end(session: Session, claims: Sequence[Claim], end: End, now: datetime) -> None:
    if claims:
        facts = {"reason": end.reason, "now": now, "later": now + LOOK_UP_AFTER}
        session.execute(END[end.state], facts | {"pairs": pairs_of(claims)})

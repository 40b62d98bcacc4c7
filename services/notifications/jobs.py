"""Timed work: sending what is due, taking back what was dropped, asking about what is unsure."""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from uuid import UUID

from prometheus_client import Counter

from services.notifications.channels import Channel
from services.notifications.models import Lane
from services.notifications.parcels import Parcel, Result
from services.notifications.queries import suppressed
from services.notifications.use_cases.claiming import Claim, claim, claim_unknown, mark_leaving, sweep
from services.notifications.use_cases.recording import NO_ADDRESS, STOPPED, VAULT_AWAY, give_back, record, withhold
from services.notifications.vault import Address, Vault
from services.notifications.words import words_for
from shared.errors import ServiceError
from shared.worker import Work, every

AT_ONCE = 100
# How many may be under way when a worker dies: those are looked up, never blindly sent again.
LEAVING_AT_ONCE = 20
RUNS = {Lane.URGENT: 3, Lane.REMINDERS: 2, Lane.BULK: 1}

log = logging.getLogger(__name__)
RESULTS = Counter("deliveries_total", "Tries by channel and outcome", ["channel", "outcome"])


@dataclass(frozen=True)
class Sending(Work):
    """What it takes to send. `runs` keeps a slow lane from taking every thread of a worker."""

    vault: Vault
    channels: Mapping[str, Channel]
    public_url: str
    runs: Mapping[Lane, threading.Semaphore] = field(
        default_factory=lambda: {lane: threading.Semaphore(n) for lane, n in RUNS.items()}
    )


def send_urgent(work: Sending) -> None:
    """What cannot wait: changes to tonight, codes to sign in."""
    _send_lane(work, Lane.URGENT)


def send_reminders(work: Sending) -> None:
    """What was planned for now."""
    _send_lane(work, Lane.REMINDERS)


def send_bulk(work: Sending) -> None:
    """What many get at once and nobody waits for."""
    _send_lane(work, Lane.BULK)


def take_back(work: Sending) -> None:
    """Claims whose worker is gone."""
    with work.sessions.begin() as session:
        taken = sweep(session, work.clock())
    if taken:
        log.warning("took back claims of a worker that is gone", extra={"count": taken})


def look_up(work: Sending) -> None:
    """Ask providers about what may have left."""
    with work.sessions.begin() as session:
        claims = claim_unknown(session, AT_ONCE, work.clock())
    if not claims:
        return
    results, indexes = [], {}
    for c, address in _addressed(work, claims):
        found = work.channels[c.channel].look_up(_parcel(work, c, address), c.began_at)
        if found is not None:
            results.append((c, found))
            indexes[c.reference] = address.index or ""
    if results:
        with work.sessions.begin() as session:
            record(session, results, indexes, work.clock())


def _send_lane(work: Sending, lane: Lane) -> None:
    """Send all that is due. A ring that finds enough others at it has nothing to do."""
    slot = work.runs[lane]
    if not slot.acquire(blocking=False):
        return
    try:
        while _send_some(work, lane) == AT_ONCE:
            pass
    finally:
        slot.release()


def _send_some(work: Sending, lane: Lane) -> int:
    with work.sessions.begin() as session:
        claims, looked_at = claim(session, lane, AT_ONCE, work.clock())
    try:
        addressed = _addressed(work, claims)
    except ServiceError as error:
        log.warning("no addresses now", extra={"cause": error.code, "count": len(claims)})
        with work.sessions.begin() as session:
            give_back(session, claims, work.clock(), VAULT_AWAY)
        return 0
    _withhold_missing(work, claims, addressed)
    for some in batched(addressed, LEAVING_AT_ONCE):
        _send(work, some)
    return looked_at


def _addressed(work: Sending, claims: Sequence[Claim]) -> list[tuple[Claim, Address]]:
    """Claims with the address each goes to, from the vault in one call; those without one are left out."""
    if not claims:
        return []
    found = work.vault.resolve([(c.member_id, c.channel) for c in claims], "to send a notification")
    pairs = [(c, found.get((c.member_id, c.channel))) for c in claims]
    return [(c, address) for c, address in pairs if address is not None and address.address]


def _withhold_missing(work: Sending, claims: Sequence[Claim], addressed: Sequence[tuple[Claim, Address]]) -> None:
    reached = {c.reference for c, _ in addressed}
    missing = [c for c in claims if c.reference not in reached]
    if missing:
        with work.sessions.begin() as session:
            withhold(session, missing, NO_ADDRESS, work.clock())


def _send(work: Sending, addressed: Sequence[tuple[Claim, Address]]) -> None:
    """Check STOP one last time, say that these are leaving, let them leave, and record what became of them."""
    with work.sessions.begin() as session:
        now = work.clock()
        stopped = suppressed(session, [address.index or "" for _, address in addressed])
        withhold(session, [c for c, address in addressed if address.index in stopped], STOPPED, now)
        leaving = [(c, address) for c, address in addressed if address.index not in stopped]
        mark_leaving(session, [c for c, _ in leaving], now)
    if not leaving:
        return
    results = _through_channels(work, leaving)
    with work.sessions.begin() as session:
        record(session, results, {c.reference: address.index or "" for c, address in leaving}, work.clock())


def _through_channels(work: Sending, leaving: Sequence[tuple[Claim, Address]]) -> list[tuple[Claim, Result]]:
    claims: dict[UUID, Claim] = {}
    parcels: dict[str, list[Parcel]] = {}
    for c, address in leaving:
        claims[c.reference] = c
        parcels.setdefault(c.channel, []).append(_parcel(work, c, address))
    results = []
    for name, some in parcels.items():
        for result in work.channels[name].send(some):
            RESULTS.labels(name, result.outcome).inc()
            results.append((claims[result.reference], result))
    return results


def _parcel(work: Sending, c: Claim, address: Address) -> Parcel:
    url = _url(work.public_url, c, address)
    words = words_for(c.rule, c.channel, c.subject, language=c.language, url=url, now=c.began_at)
    return Parcel(c.reference, address.address or "", words)


def _url(public_url: str, c: Claim, address: Address) -> str:
    if c.rule == "welcome":
        return f"{public_url}/h/{address.link}"
    if c.rule == "cancelled" or c.occurrence_id is None:
        return public_url
    return f"{public_url}/occurrences/{c.occurrence_id}"


JOBS = [
    every(1, send_urgent, queue="notifications.urgent"),
    every(1, send_reminders, queue="notifications.reminders"),
    every(2, send_bulk, queue="notifications.bulk"),
    every(5, take_back),
    every(10, look_up, queue="notifications.receipts"),
]

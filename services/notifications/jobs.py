"""Timed work: sending what is due, taking back what was dropped, asking about what is unsure."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched

from prometheus_client import Counter

from services.notifications.channels import Channel
from services.notifications.models import Lane, NotificationsBase
from services.notifications.parcels import Parcel
from services.notifications.queries import suppressed
from services.notifications.use_cases.claiming import Claim, claim, claim_unknown, mark_leaving, sweep
from services.notifications.use_cases.erasure import erase_member
from services.notifications.use_cases.recording import (
    NO_ADDRESS,
    NO_WORDS,
    STOPPED,
    Sent,
    fail,
    give_back,
    give_up_asking,
    record,
    withhold,
)
from services.notifications.vault import Address, Vault
from services.notifications.words import code_words, words_for
from shared.errors import ServiceError
from shared.worker import Work, erasing_again, every, sweeping

AT_ONCE = 100
# How many may be under way when a worker dies: those are looked up, never blindly sent again.
LEAVING_AT_ONCE = 10
LOOK_UP_AT_ONCE = 10
VAULT_AWAY = timedelta(seconds=5)
# A job leaves after so long, whatever is left: the next ring goes on, and a worker that is told to leave can.
TURN_SECONDS = 4.0
RUNS = {Lane.URGENT: 3, Lane.REMINDERS: 2, Lane.BULK: 1}

log = logging.getLogger(__name__)
RESULTS = Counter("deliveries_total", "Tries by channel and outcome", ["channel", "outcome"])


# A claim, where it goes, and what goes there.
Ready = tuple[Claim, Address, Parcel]


@dataclass(frozen=True)
class Sending(Work):
    """What it takes to send. `runs` keeps a slow lane from taking every thread of a worker."""

    vault: Vault
    channels: Mapping[str, Channel]
    public_url: str
    runs: Mapping[Lane, threading.Semaphore] = field(
        default_factory=lambda: {lane: threading.Semaphore(n) for lane, n in RUNS.items()}
    )
    asking: threading.Lock = field(default_factory=threading.Lock)


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
    """Ask providers about what may have left. One at a time: it is when a provider is ill that there is much to ask."""
    if not work.asking.acquire(blocking=False):
        return
    try:
        with work.sessions.begin() as session:
            claims = claim_unknown(session, LOOK_UP_AT_ONCE, work.clock())
        for c, address, parcel in _parcels(work, claims):
            _ask_about(work, c, address, parcel)
    finally:
        work.asking.release()


def _ask_about(work: Sending, c: Claim, address: Address, parcel: Parcel) -> None:
    found = work.channels[c.channel].look_up(parcel, c.began_at)
    with work.sessions.begin() as session:
        if found is None:
            give_up_asking(session, [c])
        else:
            record(session, [Sent(c, address.index or "", found)], work.clock())


def _send_lane(work: Sending, lane: Lane) -> None:
    """Send what is due, for a while. A ring that finds enough others at it has nothing to do."""
    slot = work.runs[lane]
    if not slot.acquire(blocking=False):
        return
    deadline = time.monotonic() + TURN_SECONDS
    try:
        while time.monotonic() < deadline and _send_some(work, lane, deadline) == AT_ONCE:
            pass
    finally:
        slot.release()


def _send_some(work: Sending, lane: Lane, deadline: float) -> int:
    """Claim some and send them; says how many were looked at."""
    with work.sessions.begin() as session:
        claims, looked_at = claim(session, lane, AT_ONCE, work.clock())
    try:
        parcels = _parcels(work, claims)
    except ServiceError as error:
        log.warning("no addresses now", extra={"cause": error.code, "count": len(claims)})
        _give_back(work, claims, VAULT_AWAY)
        return 0
    _send_all(work, parcels, deadline)
    return looked_at


def _send_all(work: Sending, parcels: Sequence[Ready], deadline: float) -> None:
    """A handful at a time. What became of one is recorded together with the leaving of the next."""
    sent: list[Sent] = []
    for some in batched(parcels, LEAVING_AT_ONCE):
        if time.monotonic() >= deadline:
            _give_back(work, [c for c, _, _ in some], timedelta())
            continue
        leaving = _let_leave(work, sent, some)
        sent = _through_channels(work, leaving)
    if sent:
        with work.sessions.begin() as session:
            record(session, sent, work.clock())


def _give_back(work: Sending, claims: Sequence[Claim], pause: timedelta) -> None:
    with work.sessions.begin() as session:
        give_back(session, claims, work.clock(), pause)


def _parcels(work: Sending, claims: Sequence[Claim]) -> list[Ready]:
    """Claims with where each goes and its words. Those that have neither are ended, each by itself, with the reason."""
    if not claims:
        return []
    found = work.vault.resolve([c.wanted for c in claims], "to send a notification")
    ready: list[Ready] = []
    nowhere, wordless = [], []
    for c in claims:
        address = found.get(c.wanted)
        if address is None or not address.address or (c.challenge_id and not address.code):
            nowhere.append(c)
            continue
        try:
            ready.append((c, address, _parcel(work, c, address)))
        except Exception as error:  # noqa: BLE001  # a template may raise anything, and must not keep the others back
            log.error("no words for a notification", extra={"rule": c.rule, "cause": type(error).__name__})  # noqa: TRY400
            wordless.append(c)
    if nowhere or wordless:
        with work.sessions.begin() as session:
            withhold(session, nowhere, NO_ADDRESS, work.clock())
            fail(session, wordless, NO_WORDS, work.clock())
    return ready


def _let_leave(work: Sending, sent: Sequence[Sent], ready: Sequence[Ready]) -> list[Ready]:
    """Record what was sent, look one last time at what is next, and say of what still may that it is leaving."""
    with work.sessions.begin() as session:
        now = work.clock()
        record(session, sent, now)
        stopped = suppressed(session, [address.index or "" for _, address, _ in ready])
        withhold(session, [c for c, address, _ in ready if address.index in stopped], STOPPED, now)
        leaving = mark_leaving(session, [c for c, _, _ in ready], now)
    return [each for each in ready if each[0].reference in leaving]


def _through_channels(work: Sending, leaving: Sequence[Ready]) -> list[Sent]:
    found = {c.reference: (c, address.index or "") for c, address, _ in leaving}
    parcels: dict[str, list[Parcel]] = {}
    for c, _, parcel in leaving:
        parcels.setdefault(c.channel, []).append(parcel)
    sent = []
    for name, some in parcels.items():
        for result in work.channels[name].send(some):
            RESULTS.labels(name, result.outcome).inc()
            sent.append(Sent(*found[result.reference], result))
    return sent


def _parcel(work: Sending, c: Claim, address: Address) -> Parcel:
    if address.code is not None:
        words = code_words(c.channel, address.code, address.sign_in_link, language=c.language, url=work.public_url)
        return Parcel(c.reference, address.address or "", words)
    # Where it may be somebody else's address by now, the vault gives no link.
    link = address.link if c.rule == "welcome" else None
    url = f"{work.public_url}/h/{link}" if link else _page(work.public_url, c)
    words = words_for(c.rule, c.channel, c.subject, language=c.language, url=url, now=c.began_at, own=link is not None)
    return Parcel(c.reference, address.address or "", words)


def _page(public_url: str, c: Claim) -> str:
    """Where to read more."""
    if c.rule == "host-asked":
        return f"{public_url}/me/hosting"
    if c.rule == "cancelled" or c.occurrence_id is None:
        return public_url
    return f"{public_url}/occurrences/{c.occurrence_id}"


JOBS = [
    every(1, send_urgent, queue="notifications.urgent"),
    every(1, send_reminders, queue="notifications.reminders"),
    every(2, send_bulk, queue="notifications.bulk"),
    every(5, take_back),
    every(10, look_up, queue="notifications.receipts"),
    erasing_again(erase_member),
    sweeping(NotificationsBase.metadata),
]

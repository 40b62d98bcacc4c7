from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from services.notifications.jobs import Sending
from services.notifications.parcels import Outcome, Parcel, Result
from services.notifications.vault import Address, Wanted
from shared.db import Sessions
from shared.errors import TryAgain
from tests.conftest import Clock
from tests.notifications.builders import EVENING_BEFORE, given_going, given_member, given_occurrence


@dataclass
class OwnVault:
    """A vault with an address for everybody, unless it is told otherwise."""

    away: bool = False
    without: set[UUID] = field(default_factory=set)
    link: str | None = "link"
    codes: dict[UUID, str] = field(default_factory=dict)
    asked: int = 0

    def resolve(self, wanted: Sequence[Wanted], reason: str) -> dict[Wanted, Address]:
        if self.away:
            raise TryAgain
        self.asked += len(wanted)
        return {it: self._address(it) for it in wanted}

    def _address(self, it: Wanted) -> Address:
        where = None if it.member_id in self.without else f"{it.channel}:{it.member_id}"
        code = self.codes.get(it.challenge_id) if it.challenge_id else None
        link = f"http://127.0.0.1:8000/in#{it.challenge_id}" if code else None
        return Address(it.member_id, it.channel, where, f"index-{it.member_id}", self.link, code, link)


@dataclass
class OwnChannel:
    """A channel that keeps what it was given and answers as it is told."""

    name: str
    answer: Outcome = Outcome.ACCEPTED
    found: Outcome | None = None
    sent: list[Parcel] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def send(self, parcels: Sequence[Parcel]) -> list[Result]:
        self.before()
        self.sent += parcels
        return [Result(parcel.reference, self.answer, provider_id=f"SM{parcel.reference.hex}") for parcel in parcels]

    def look_up(self, parcel: Parcel, since: datetime, /) -> Result | None:
        return Result(parcel.reference, self.found) if self.found else None

    def close(self) -> None: ...


@pytest.fixture
def db(sessions: Callable[[str], Sessions]) -> Sessions:
    return sessions("notifications")


@pytest.fixture
def session(db: Sessions) -> Iterator[Session]:
    """One session that sees what jobs commit in theirs."""
    with db() as session:
        yield session


@pytest.fixture
def sms() -> OwnChannel:
    return OwnChannel("sms")


@pytest.fixture
def email() -> OwnChannel:
    return OwnChannel("email")


@pytest.fixture
def vault() -> OwnVault:
    return OwnVault()


@pytest.fixture
def sending(db: Sessions, clock: Clock, vault: OwnVault, sms: OwnChannel, email: OwnChannel) -> Sending:
    return Sending("notifications", db, clock, vault, {"sms": sms, "email": email}, "http://127.0.0.1:8000")


@pytest.fixture
def coming(session: Session, clock: Clock) -> tuple[UUID, UUID]:
    """A member who is coming on Thursday, and the occurrence; it is the evening before."""
    member, games = given_member(session, clock()), given_occurrence(session, clock())
    given_going(session, clock(), games, member)
    session.commit()
    clock.set(EVENING_BEFORE)
    return member, games

"""What a member shows beside how they signed in: a passkey, or the digits of an authenticator app."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase, one_of
from shared.ids import new_id
from shared.retention import kept_for, kept_while_member

CEREMONY_LASTS = timedelta(minutes=5)
# Ten wrong tries at once, then one more every eight hours: no day has more than thirteen. Three codes are right at a
# time, so whoever guesses hits once in 10^6 / (13 * 3) days: less than 4 in 100,000 a day, as with codes to sign in.
WRONG_AT_ONCE = 10
FORGIVEN_EVERY = timedelta(hours=8)


class Purpose(StrEnum):
    """What a passkey is asked for."""

    ENROL = "enrol"
    SHOW = "show"
    SIGN_IN = "sign-in"


class Ceremony(MembersBase):
    """A passkey is asked to sign something that nobody could know before.

    Only what was answered is kept: the answer is taken once.
    """

    __tablename__ = "ceremonies"
    __table_args__ = (Index(None, "begun_at"), {"info": kept_for(days=1, since="begun_at")})

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose))
    # In which session, where there is one: nobody finishes what another began.
    session_id: Mapped[UUID | None]
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    begun_at: Mapped[datetime]

    def is_over(self, now: datetime) -> bool:
        """Whether the answer came too late."""
        return now >= self.begun_at + CEREMONY_LASTS


class Passkey(MembersBase):
    """The public half of a key that a device holds. `sign_count`: how often it says it was used."""

    __tablename__ = "passkeys"
    __table_args__ = (Index(None, "member_id"), {"info": kept_while_member()})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class Authenticator(MembersBase):
    """An app that shows six digits, which change every thirty seconds. Its secret is sealed with the member's key.

    Until `confirmed_at` nobody knows whether the app has the secret, and its digits open nothing.
    `wrong` is how many wrong tries counted at `wrong_since`; from then on one is forgiven every eight hours. The right
    digits forgive none: else whoever guesses had more tries each time the member shows theirs.
    """

    __tablename__ = "authenticators"
    __table_args__ = ({"info": kept_while_member()},)

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), primary_key=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    wrong: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    wrong_since: Mapped[datetime | None]

    def is_tired(self, now: datetime) -> bool:
        """Whether too many wrong digits came lately for any to be looked at."""
        return self._still_wrong(now) >= WRONG_AT_ONCE

    def count_wrong(self, now: datetime) -> None:
        """Other digits came than the app shows."""
        counted = self._still_wrong(now)
        if self.wrong_since is None or not counted:
            self.wrong_since = now
        else:
            self.wrong_since += (self.wrong - counted) * FORGIVEN_EVERY
        self.wrong = counted + 1

    def use(self, step: int) -> None:
        """The digits of this step were shown, and they and those before open nothing any more."""
        self.last_step = step

    def _still_wrong(self, now: datetime) -> int:
        if self.wrong_since is None:
            return 0
        return max(self.wrong - (now - self.wrong_since) // FORGIVEN_EVERY, 0)

"""What may go wrong on purpose, how likely, and the dice that decide."""

import asyncio
import secrets
from hashlib import blake2b
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Channel = Literal["sms", "email", "webhook"]
Fault = Literal["duplicate", "reorder", "drop", "error_429", "error_5xx", "accept_then_die"]
CHANNELS: tuple[Channel, ...] = ("sms", "email", "webhook")
FAULTS: tuple[Fault, ...] = ("duplicate", "reorder", "drop", "error_429", "error_5xx", "accept_then_die")


class Knobs(BaseModel):
    """One channel's faults: probabilities from 0 to 1, and a delay in milliseconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    delay_ms: int = Field(0, ge=0, le=120_000)
    duplicate: float = Field(0, ge=0, le=1)
    reorder: float = Field(0, ge=0, le=1)
    drop: float = Field(0, ge=0, le=1)
    error_429: float = Field(0, ge=0, le=1)
    error_5xx: float = Field(0, ge=0, le=1)
    accept_then_die: float = Field(0, ge=0, le=1)

    @property
    def all_well(self) -> bool:
        return self == Knobs()


class Faults(BaseModel):
    """Everybody's faults. With a seed, the same calls in the same order meet the same luck."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sms: Knobs = Knobs()
    email: Knobs = Knobs()
    webhook: Knobs = Knobs()
    seed: int | None = None

    def of(self, channel: Channel) -> Knobs:
        knobs: Knobs = getattr(self, channel)
        return knobs


class Luck:
    """The faults in force, and the dice."""

    def __init__(self) -> None:
        self.set(Faults())

    def set(self, faults: Faults) -> None:
        """Put other faults in force, and start the dice anew."""
        self.faults = faults
        self._throws = 0
        self._seed = secrets.token_hex() if faults.seed is None else str(faults.seed)

    def strikes(self, channel: Channel, fault: Fault) -> bool:
        """Whether this fault happens now, on this channel."""
        likely: float = getattr(self.faults.of(channel), fault)
        return likely > 0 and self.throw() < likely

    async def delay(self, channel: Channel) -> None:
        if milliseconds := self.faults.of(channel).delay_ms:
            await asyncio.sleep(milliseconds / 1000)

    def throw(self) -> float:
        """A number from 0 up to 1, which the seed and the number of throws before decide."""
        self._throws += 1
        digest = blake2b(f"{self._seed}/{self._throws}".encode(), digest_size=7).digest()
        return int.from_bytes(digest) / 256**7

    def shuffled[Thing](self, things: list[Thing]) -> list[Thing]:
        """The same things, never in the order they had (where there are two to swap)."""
        turned = sorted(things, key=lambda _: self.throw())
        return turned if turned != things else things[1:] + things[:1]


class Overtaking:
    """Holds one thing back until the next has passed it, or for a second if none comes."""

    def __init__(self, luck: Luck, channel: Channel, seconds: float = 1.0) -> None:
        self._luck = luck
        self._channel = channel
        self._seconds = seconds
        self._held: asyncio.Event | None = None

    async def wait(self) -> None:
        """Waits only when the dice say so and nobody is held back already."""
        if self._held is not None or not self._luck.strikes(self._channel, "reorder"):
            return
        held = self._held = asyncio.Event()
        try:
            await asyncio.wait_for(held.wait(), self._seconds)
        except TimeoutError:
            self._held = None

    def passed(self) -> None:
        """Something went by: whoever was held back may go."""
        if self._held is not None:
            self._held.set()
            self._held = None

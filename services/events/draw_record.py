"""What is published of a draw: all that decided it, with numbers for people, so that anybody can draw it again."""

from fractions import Fraction
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PositiveInt

from services.events.draw import Candidate, Draw
from services.events.draw_quotas import Quota
from services.events.draw_seed import digest_of


class DrawRecord(BaseModel):
    """A draw that took place. `odds` are fractions by number; `seed_digest` was published when nobody was in it yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opportunity_id: UUID
    places: PositiveInt
    quotas: list[Quota]
    candidates: list[Candidate]
    seed: str
    seed_digest: str
    odds: dict[int, Fraction]
    panel: list[int]
    reserves: list[int]

    @classmethod
    def drawn(
        cls, opportunity_id: UUID, *, candidates: list[Candidate], places: int, quotas: list[Quota], seed: str
    ) -> Self:
        """Draw, and keep all of it; raises NobodyToDraw or QuotasImpossible."""
        draw = Draw(candidates, places, quotas)
        result = draw.result(seed)
        return cls(
            opportunity_id=opportunity_id,
            places=places,
            quotas=quotas,
            candidates=candidates,
            seed=seed,
            seed_digest=digest_of(seed),
            odds=draw.odds,
            panel=result.panel,
            reserves=result.reserves,
        )

    def differences(self) -> list[str]:
        """What drawing it again does not give; empty when all of it is so. Raises as `drawn` does."""
        again = self.drawn(
            self.opportunity_id,
            candidates=self.candidates,
            places=self.places,
            quotas=self.quotas,
            seed=self.seed,
        )
        said, found = self.model_dump(), again.model_dump()
        return [name for name in said if said[name] != found[name]]


def in_words(chance: Fraction) -> str:
    """A chance as one says it: about 1 in 4."""
    if chance in {0, 1}:
        return "certain" if chance else "none"
    few = chance < Fraction(1, 4)
    nearest = Fraction(1, round(1 / chance)) if few else chance.limit_denominator(5)
    return "nearly certain" if nearest == 1 else _about(chance, nearest)


def _about(chance: Fraction, nearest: Fraction) -> str:
    odds = f"{nearest.numerator} in {nearest.denominator}"
    return odds if nearest == chance else f"about {odds}"

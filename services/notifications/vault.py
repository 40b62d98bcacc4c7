"""Asks members for addresses at the moment of sending, and keeps none."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.clients import ServiceApi


@dataclass(frozen=True)
class Address:
    """Where to reach a member over a channel. `index` is the vault's blind index; `link` the member's own link."""

    member_id: UUID
    channel: str
    address: str | None
    index: str | None
    link: str | None


class Vault:
    """The one call that this service makes to another: one for a whole batch, with the reason for looking."""

    def __init__(self, members: ServiceApi) -> None:
        self._members = members

    def resolve(self, wanted: Sequence[tuple[UUID, str]], reason: str) -> dict[tuple[UUID, str], Address]:
        """The addresses of these members on these channels; raises TryAgain when members is away."""
        items = [{"member_id": str(member), "channel": channel} for member, channel in wanted]
        answer = self._members.post(
            "/internal/addresses/resolve", {"reason": reason, "items": items}, scope="vault:resolve"
        )
        found = [
            Address(UUID(item["member_id"]), item["channel"], item["address"], item["index"], item["link"])
            for item in answer["items"]
        ]
        return {(address.member_id, address.channel): address for address in found}

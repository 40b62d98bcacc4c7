"""Asks members for addresses at the moment of sending, and keeps none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from shared.clients import ServiceApi


class Wanted(NamedTuple):
    """An address to send to: with `challenge_id`, to send the code that was asked for."""

    member_id: UUID
    channel: str
    challenge_id: UUID | None = None


@dataclass(frozen=True)
class Address:
    """Where to reach a member over a channel. `index` is the vault's blind index; `link` the member's own link.

    `code` and `sign_in_link` let its owner in, and are there only for who asked.
    """

    member_id: UUID
    channel: str
    address: str | None
    index: str | None
    link: str | None
    code: str | None = None
    sign_in_link: str | None = None


class Vault:
    """The one call that this service makes to another: one for a whole batch, with the reason for looking."""

    def __init__(self, members: ServiceApi) -> None:
        self._members = members

    def resolve(self, wanted: Sequence[Wanted], reason: str) -> dict[Wanted, Address]:
        """The addresses of these members on these channels; raises TryAgain when members is away."""
        items = [
            {
                "member_id": str(it.member_id),
                "channel": it.channel,
                "challenge_id": it.challenge_id and str(it.challenge_id),
            }
            for it in wanted
        ]
        answer = self._members.post(
            "/internal/addresses/resolve", {"reason": reason, "items": items}, scope="vault:resolve"
        )
        # In the order in which they were asked for.
        return {it: _address(item) for it, item in zip(wanted, answer["items"], strict=True)}


def _address(item: Mapping[str, Any]) -> Address:
    return Address(
        UUID(item["member_id"]),
        item["channel"],
        item["address"],
        item["index"],
        item["link"],
        item.get("code"),
        item.get("sign_in_link"),
    )

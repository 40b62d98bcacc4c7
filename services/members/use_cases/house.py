from collections.abc import Sequence
from dataclasses import dataclass

from services.members.errors.choices import ChannelNotOffered
from services.members.models import Channel
from services.members.trail import Chain
from services.members.vault import Vault


@dataclass(frozen=True)
class House:
    """What use cases need to know of where they run: its keys, its clock's zone, and how numbers are written there.

    `channels` are those that something is sent over here, `interests` the words that members choose theirs from.
    """

    vault: Vault
    timezone: str
    phone_region: str
    chain: Chain
    channels: Sequence[Channel]
    interests: Sequence[str] = ()


def require_offered(channel: Channel, house: House) -> None:
    """Refuse a channel that nothing is sent over: nobody is to wait for what never comes; raises ChannelNotOffered."""
    if channel not in house.channels:
        raise ChannelNotOffered(f"Choose from: {', '.join(house.channels)}.")

from dataclasses import dataclass

from services.members.trail import Chain
from services.members.vault import Vault


@dataclass(frozen=True)
class House:
    """What use cases need to know of where they run: its keys, its clock's zone, and how numbers are written there."""

    vault: Vault
    timezone: str
    phone_region: str
    chain: Chain

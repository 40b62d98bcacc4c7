"""The vault's cryptography.

Every member has a data key of their own, wrapped by a master key; addresses are sealed with it, and found again by a
keyed hash. To destroy a member's wrapped key is to destroy their addresses, in backups too.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.members.errors.vault import AddressDamaged
from services.members.master_keys import NONCE_BYTES, MasterKeys, Wrapped

KEY_BITS = 256


@dataclass(frozen=True)
class Sealed:
    """An address as it is stored."""

    nonce: bytes
    ciphertext: bytes


class Vault:
    """Seals and opens addresses. It keeps nothing: what it makes is stored beside the member."""

    def __init__(self, masters: MasterKeys, index_key: bytes) -> None:
        self._masters = masters
        self._index_key = index_key

    @property
    def newest_master(self) -> str:
        """The id of the master key that wraps new keys."""
        return self._masters.newest.id

    def new_key(self, member_id: UUID) -> Wrapped:
        """A data key for a new member, wrapped. Nobody else's id unwraps it."""
        return self._masters.wrap(AESGCM.generate_key(KEY_BITS), member_id.bytes)

    def wrap_again(self, member_id: UUID, wrapped_key: bytes) -> Wrapped:
        """The same data key, wrapped by the newest master key; raises VaultLocked."""
        return self._masters.wrap(self._masters.unwrap(wrapped_key, member_id.bytes), member_id.bytes)

    def seal(self, member_id: UUID, wrapped_key: bytes, channel: str, address: str) -> Sealed:
        """Lock an address away; raises VaultLocked."""
        # Random nonces are safe here: a member's key seals a handful of addresses, not billions.
        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = self._unwrapped(member_id, wrapped_key)
        return Sealed(nonce, cipher.encrypt(nonce, address.encode(), _bound_to(member_id, channel)))

    def open(self, member_id: UUID, wrapped_key: bytes, channel: str, sealed: Sealed) -> str:
        """The address; raises AddressDamaged when it is not what was sealed, VaultLocked when the key is not ours."""
        cipher = self._unwrapped(member_id, wrapped_key)
        try:
            return cipher.decrypt(sealed.nonce, sealed.ciphertext, _bound_to(member_id, channel)).decode()
        except (InvalidTag, ValueError) as error:
            raise AddressDamaged from error

    def index(self, channel: str, address: str) -> str:
        """The blind index of a normalised address: equal for equal ones, and worth nothing without the key.

        Capitals do not count: nobody runs a mailbox where they tell two people apart.
        """
        return hmac.new(self._index_key, f"{channel}\0{address.lower()}".encode(), hashlib.sha256).hexdigest()

    def place_hash(self, member_id: UUID, group_id: UUID) -> str:
        """A member and a group as one hash, worth nothing without the key."""
        return self.index("place", f"{member_id} {group_id}")

    def _unwrapped(self, member_id: UUID, wrapped_key: bytes) -> AESGCM:
        return AESGCM(self._masters.unwrap(wrapped_key, member_id.bytes))


def _bound_to(member_id: UUID, channel: str) -> bytes:
    """What an address is bound to, so that it cannot be moved to another member or channel."""
    return member_id.bytes + channel.encode()

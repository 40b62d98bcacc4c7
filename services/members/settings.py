import hmac
from base64 import b64decode
from pathlib import Path
from typing import Annotated

from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.members.codes import Codes
from services.members.invitation_codes import InvitationCodes
from services.members.ledger import Ledger
from services.members.links import Links
from services.members.master_keys import MasterKeys, read_keys
from services.members.models import Channel
from services.members.passkeys import RelyingParty
from services.members.trail import Chain
from services.members.use_cases import House
from services.members.vault import Vault
from shared.auth import Signer
from shared.keys import SigningKey, Watched
from shared.settings import ServiceSettings


def _are_keys(value: SecretStr) -> SecretStr:
    read_keys(value.get_secret_value())
    return value


def _is_a_key(value: SecretStr) -> SecretStr:
    if len(read_keys(value.get_secret_value())) > 1:
        raise ValueError("must be one key in base64")
    return value


def _is_a_region(value: str) -> str:
    if value and value not in SUPPORTED_REGIONS:
        raise ValueError("must be a country's two letters, like GB, or empty")
    return value


def _are_channels(value: str) -> str:
    if not {it.strip() for it in value.split(",")} <= set(Channel):
        raise ValueError(f"must be some of {', '.join(Channel)}, with commas between")
    return value


Keys = Annotated[SecretStr, AfterValidator(_are_keys)]
Key = Annotated[SecretStr, AfterValidator(_is_a_key)]


class Settings(ServiceSettings):
    """What members is told by its environment.

    `phone_region` is the country of phone numbers that name none. It is empty unless somebody sets it: such numbers are
    then refused (see `phone.py`). `channels` are those that this house sends over: members can add addresses of these
    and say yes to them. `interests` are the words, with commas between, that members choose theirs from.
    `master_key` may hold several keys, the newest first. Where it came from a file, by
    MEMBERS_MASTER_KEY_FILE, that is what counts, also when it changes later.
    `most_codes_per_hour` is how many texts with a code leave at most: they cost money.
    `erasure_ledger` is a file outside the databases and their backups (see `ledger.py`).
    """

    model_config = SettingsConfigDict(env_prefix="MEMBERS_", hide_input_in_errors=True)

    master_key: Keys
    master_key_file: Path | None = None
    signing_key_file: Path | None = None
    index_key: Key
    link_key: Key
    erasure_ledger: Path
    phone_region: Annotated[str, AfterValidator(_is_a_region)] = ""
    channels: Annotated[str, AfterValidator(_are_channels)] = "sms,email"
    interests: str = "games, films, music, walks, cooking, art, sport, writing, gardening, talking"
    most_codes_per_hour: Annotated[int, Field(ge=0)] = 500

    def vault(self) -> Vault:
        """The vault, with the keys that open it."""
        return Vault(
            MasterKeys(read_keys(self.master_key.get_secret_value()), self.master_key_file), _bytes(self.index_key)
        )

    def chain(self) -> Chain:
        """Hashes the audit trail. Its key comes from the one of the index, which stays the same for good."""
        return Chain(hmac.digest(_bytes(self.index_key), b"audit trail", "sha256"))

    def links(self) -> Links:
        """Writes and reads personal links."""
        return Links(_bytes(self.link_key))

    def invitation_codes(self) -> InvitationCodes:
        """Makes and finds the codes of invitations."""
        return InvitationCodes(_bytes(self.link_key), self.public_url)

    def house(self) -> House:
        """What use cases need to know of where they run."""
        sent_over = {it.strip() for it in self.channels.split(",")}
        return House(
            self.vault(),
            self.timezone,
            self.phone_region,
            self.chain(),
            channels=[it for it in Channel if it in sent_over],
            interests=[word.strip() for word in self.interests.split(",") if word.strip()],
        )

    def codes(self) -> Codes:
        """Works out the codes, tokens and indexes of signing in."""
        return Codes(_bytes(self.link_key))

    def ledger(self) -> Ledger:
        """Who was erased."""
        return Ledger(self.erasure_ledger)

    def relying_party(self) -> RelyingParty:
        """The forum, as passkeys know it."""
        key = hmac.digest(_bytes(self.link_key), b"asking passkeys", "sha256")
        return RelyingParty.at(self.public_url, self.programme_name, key)

    def signer(self) -> Signer:
        """Signs in the name of members."""
        pem = self.signing_key.get_secret_value()
        return Signer("members", SigningKey("members", pem, self.trusted(), Watched(self.signing_key_file)))


def _bytes(key: SecretStr) -> bytes:
    return b64decode(key.get_secret_value())

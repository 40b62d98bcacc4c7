from typing import Annotated

from pydantic import BeforeValidator, IPvAnyNetwork, SecretStr
from pydantic_settings import NoDecode, SettingsConfigDict

from shared.settings import CommonSettings


def _listed(text: object) -> object:
    """Written as `192.0.2.7, 10.0.0.0/8`."""
    return text.replace(",", " ").split() if isinstance(text, str) else text


class Settings(CommonSettings):
    """What the pages are told by their environment. They have no database.

    `trusted_proxies` are believed when they say who came to them; nobody is, as long as none is named.
    """

    model_config = SettingsConfigDict(env_prefix="WEB_")

    signing_key: SecretStr
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_listed)] = ()

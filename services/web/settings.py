from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import CommonSettings


class Settings(CommonSettings):
    """What the pages are told by their environment. They have no database."""

    model_config = SettingsConfigDict(env_prefix="WEB_")

    signing_key: SecretStr

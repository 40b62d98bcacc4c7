from pydantic_settings import SettingsConfigDict

from shared.settings import ProviderSettings, ServiceSettings


class Settings(ServiceSettings, ProviderSettings):
    """What chat is told by its environment."""

    model_config = SettingsConfigDict(env_prefix="CHAT_")

from pydantic_settings import SettingsConfigDict

from shared.settings import ProviderSettings, ServiceSettings


class Settings(ServiceSettings, ProviderSettings):
    """What notifications is told by its environment: its own, and how texts and mail leave."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_")

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What feedback is told by its environment."""

    model_config = SettingsConfigDict(env_prefix="FEEDBACK_")

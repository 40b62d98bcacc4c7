from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What events is told by its environment. `EVENTS_HORIZON_WEEKS` is how far ahead the programme is worked out."""

    model_config = SettingsConfigDict(env_prefix="EVENTS_")

    horizon_weeks: int = 26

from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What events is told by its environment.

    `EVENTS_HORIZON_WEEKS` is how far ahead the programme is worked out, `EVENTS_BANK_HOLIDAYS` whose bank holidays it
    warns of: a country, or a part of one, by its ISO 3166 code.
    """

    model_config = SettingsConfigDict(env_prefix="EVENTS_")

    horizon_weeks: int = 26
    bank_holidays: Annotated[str, Field(pattern="^[A-Z]{2}(-[A-Z0-9]{1,3})?$")] = "GB-ENG"

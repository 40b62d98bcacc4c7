"""What the simulator is told; any NAME may be given as NAME_FILE."""

from pydantic import Field, SecretStr

from shared.settings import Settings


class SimulatorSettings(Settings):
    """The account the product believes it has, and where that account's webhooks go."""

    account_sid: str = Field(validation_alias="TWILIO_ACCOUNT_SID", min_length=1)
    auth_token: SecretStr = Field(validation_alias="TWILIO_AUTH_TOKEN", min_length=1)
    sms_from: str = Field(validation_alias="SMS_FROM", pattern=r"^\+[1-9]\d{6,14}$")
    inbound_url: str | None = Field(None, validation_alias="SIMULATOR_INBOUND_URL")
    """Where a text from a phone is passed on to. Without it, texts from phones go nowhere, and the page says so."""
    keep: int = Field(20_000, ge=1, validation_alias="SIMULATOR_KEEP")
    """How many messages stay in memory, the newest."""
    keep_bytes: int = Field(128 * 1024 * 1024, ge=1, validation_alias="SIMULATOR_KEEP_BYTES")
    """How many bytes of mail and text stay in memory, whatever their number."""
    webhooks_to: str | None = Field(None, pattern=r"^http://[^/]+$", validation_alias="SIMULATOR_WEBHOOKS_TO")
    """Where the product's public address really answers, when it does not from here, as inside a container."""
    webhook_timeout: float = Field(15.0, gt=0, validation_alias="SIMULATOR_WEBHOOK_TIMEOUT")
    """Seconds a webhook may take; Twilio waits fifteen."""
    clock_offset: float = Field(0.0, validation_alias="CLOCK_OFFSET")
    timezone: str = Field("Europe/London", validation_alias="TIMEZONE")
    """The zone the pages tell times in; the JSON tells UTC."""

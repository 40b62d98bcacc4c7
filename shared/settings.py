"""Settings come from the environment; any `NAME` may be given as `NAME_FILE`, a path to a file that holds the value."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from shared.keys import TrustedKeys

if TYPE_CHECKING:
    from shared.db import Sessions


class FileSecrets(EnvSettingsSource):
    """Reads `NAME_FILE` where `NAME` itself is not set, as container secrets are given."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The value of one field, its key, and whether it still needs decoding."""
        for key, name, is_complex in self._extract_field_info(field, field_name):
            path = os.environ.get(f"{name.upper()}_FILE")
            if path:
                return Path(path).read_text(encoding="utf-8").strip(), key, is_complex
        return None, field_name, False


class Settings(BaseSettings):
    """Anything configured from the environment and files."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What was passed in wins over the environment, and that over files."""
        return init_settings, env_settings, FileSecrets(settings_cls)


class CommonSettings(Settings):
    """What every process of the product is told; the same names for all, without a prefix.

    The broker's address is not among it: only workers and beat are told that.
    """

    public_url: str = Field("http://127.0.0.1:8000", validation_alias="PUBLIC_URL")
    service_urls: str = Field("http://127.0.0.1:8000/api/{service}", validation_alias="SERVICE_URLS")
    trusted_keys: str = Field(validation_alias="TRUSTED_KEYS")
    trusted_keys_file: Path | None = Field(None, validation_alias="TRUSTED_KEYS_FILE")
    clock_offset: float = Field(0.0, validation_alias="CLOCK_OFFSET")
    timezone: str = Field("Europe/London", validation_alias="TIMEZONE")
    programme_name: str = Field("Afterhours", validation_alias="PROGRAMME_NAME")
    log_level: str = Field("INFO", validation_alias="LOG_LEVEL")
    otel_endpoint: str | None = Field(None, validation_alias="OTEL_ENDPOINT")

    def trusted(self) -> TrustedKeys:
        """The keys to check tokens with; from a file, they are read again once it has changed."""
        return TrustedKeys(self.trusted_keys, self.trusted_keys_file)

    def url_of(self, service: str) -> str:
        """Where a service's API answers, without a slash at the end."""
        return self.service_urls.format(service=service)


class ServiceSettings(CommonSettings):
    """What a service with a database is told; its own names carry its prefix, as in `EVENTS_DATABASE_URL`."""

    database_url: SecretStr
    signing_key: SecretStr
    pool_size: int = 10

    def sessions(self) -> "Sessions":
        """Sessions on this service's own database."""
        # Imported here, because the simulator and the command read settings too and have no database.
        from shared.db import connect, session_factory

        return session_factory(connect(self.database_url.get_secret_value(), pool_size=self.pool_size))


class ProviderSettings(Settings):
    """How texts and mail leave. Read by those who send or who check what a provider sends us."""

    twilio_api_url: str | None = Field(None, validation_alias="TWILIO_API_URL")
    twilio_account_sid: str = Field("", validation_alias="TWILIO_ACCOUNT_SID")
    twilio_auth_token: SecretStr = Field(SecretStr(""), validation_alias="TWILIO_AUTH_TOKEN")
    sms_from: str = Field("", validation_alias="SMS_FROM")
    smtp_host: str = Field("127.0.0.1", validation_alias="SMTP_HOST")
    smtp_port: int = Field(25, validation_alias="SMTP_PORT")
    smtp_username: str = Field("", validation_alias="SMTP_USERNAME")
    smtp_password: SecretStr = Field(SecretStr(""), validation_alias="SMTP_PASSWORD")
    smtp_starttls: bool = Field(False, validation_alias="SMTP_STARTTLS")
    email_from: str = Field("forum@example.org", validation_alias="EMAIL_FROM")

"""The ways to reach people, in one table."""

from collections.abc import Callable, Mapping

from services.notifications.channels.base import Channel
from services.notifications.channels.email import Email
from services.notifications.channels.sms import Sms
from shared.clock import Clock
from shared.settings import ProviderSettings

__all__ = ["CHANNELS", "Channel", "create_channels"]

RECEIPTS = "/receipts/sms"

Maker = Callable[[ProviderSettings, str, Clock], Channel]


def _sms(settings: ProviderSettings, own_url: str, _: Clock) -> Channel:
    token = settings.twilio_auth_token.get_secret_value()
    callback = f"{own_url}{RECEIPTS}"
    return Sms(settings.twilio_account_sid, token, settings.sms_from, callback, settings.twilio_api_url or None)


def _email(settings: ProviderSettings, _: str, clock: Clock) -> Channel:
    return Email(
        settings.smtp_host,
        settings.smtp_port,
        settings.email_from,
        clock,
        starttls=settings.smtp_starttls,
        username=settings.smtp_username,
        password=settings.smtp_password.get_secret_value(),
    )


CHANNELS: Mapping[str, Maker] = {"sms": _sms, "email": _email}


def create_channels(settings: ProviderSettings, own_url: str, clock: Clock) -> dict[str, Channel]:
    """Every channel, ready to send. `own_url` is where providers reach this service."""
    return {name: make(settings, own_url, clock) for name, make in CHANNELS.items()}

from services.notifications.channels import create_channels
from services.notifications.handlers import SUBSCRIPTIONS
from services.notifications.jobs import JOBS, Sending
from services.notifications.settings import Settings
from services.notifications.vault import Vault
from shared.auth import Signer
from shared.clients import ServiceApi
from shared.clock import clock_from
from shared.messaging import HttpSource, Subscriber
from shared.worker import ServiceWork

SERVICE = "notifications"


def create(settings: Settings | None = None) -> ServiceWork:
    """What notifications does behind its API."""
    settings = settings or Settings()
    sessions, clock = settings.sessions(), clock_from(settings.clock_offset)
    signer = Signer(SERVICE, settings.signing_key.get_secret_value())
    sending = Sending(
        service=SERVICE,
        sessions=sessions,
        clock=clock,
        vault=Vault(ServiceApi("members", settings.url_of("members"), signer)),
        channels=create_channels(settings, f"{settings.public_url}/api/{SERVICE}", clock),
        public_url=settings.public_url,
    )
    subscriber = Subscriber(SERVICE, sessions, SUBSCRIPTIONS, HttpSource(SERVICE, settings, signer), clock)
    return ServiceWork(sending, JOBS, subscriber)

from services.events.handlers import SUBSCRIPTIONS
from services.events.jobs import JOBS, EventsWork
from services.events.settings import Settings
from services.events.use_cases.telling import republish
from shared.auth import Signer
from shared.clock import clock_from
from shared.messaging import HttpSource, Subscriber
from shared.worker import ServiceWork


def create(settings: Settings | None = None) -> ServiceWork:
    """What events does behind its API."""
    settings = settings or Settings()
    sessions, clock = settings.sessions(), clock_from(settings.clock_offset)
    source = HttpSource("events", settings, Signer("events", settings.signing_key.get_secret_value()))
    return ServiceWork(
        EventsWork("events", sessions, clock, weeks=settings.horizon_weeks, timezone=settings.timezone),
        JOBS,
        Subscriber("events", sessions, SUBSCRIPTIONS, source, clock),
        republish,
    )

from services.chat.jobs import JOBS
from services.chat.settings import Settings
from shared.clock import clock_from
from shared.worker import ServiceWork, Work


def create(settings: Settings | None = None) -> ServiceWork:
    """What chat does behind its webhooks."""
    settings = settings or Settings()
    return ServiceWork(Work("chat", settings.sessions(), clock_from(settings.clock_offset)), JOBS)

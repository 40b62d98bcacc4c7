from services.feedback.jobs import JOBS
from services.feedback.settings import Settings
from shared.clock import clock_from
from shared.worker import ServiceWork, Work


def create(settings: Settings | None = None) -> ServiceWork:
    """What feedback does behind its API."""
    settings = settings or Settings()
    return ServiceWork(Work("feedback", settings.sessions(), clock_from(settings.clock_offset)), JOBS)

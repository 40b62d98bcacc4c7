from services.members.handlers import SUBSCRIPTIONS
from services.members.jobs import JOBS, MembersWork
from services.members.settings import Settings
from services.members.use_cases import republish
from shared.clock import clock_from
from shared.messaging import HttpSource, Subscriber
from shared.worker import ServiceWork


def create(settings: Settings | None = None) -> ServiceWork:
    """What members does behind its API."""
    settings = settings or Settings()
    sessions = settings.sessions()
    clock = clock_from(settings.clock_offset)
    source = HttpSource("members", settings, settings.signer())
    subscriber = Subscriber("members", sessions, SUBSCRIPTIONS, source, clock)
    return ServiceWork(MembersWork("members", sessions, clock, settings.chain()), JOBS, subscriber, republish)

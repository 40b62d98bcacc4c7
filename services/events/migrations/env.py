from services.events.models import EventsBase
from shared.migrations import run_env

run_env(EventsBase.metadata)

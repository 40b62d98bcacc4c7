from fastapi import FastAPI

from services.events.handlers import SUBSCRIPTIONS
from services.events.routes import ROUTERS
from services.events.settings import Settings
from services.events.use_cases.telling import republish
from shared.db import Sessions
from shared.messaging import LogReader
from shared.web import create_app

LARGEST_FILE = 6 * 1024 * 1024


def create(settings: Settings | None = None, sessions: Sessions | None = None) -> FastAPI:
    """The HTTP side of events."""
    settings = settings or Settings()
    sessions = sessions or settings.sessions()
    log = LogReader("events", republish=republish)
    app = create_app(
        "events",
        ROUTERS,
        settings,
        sessions=sessions,
        log=log,
        subscriptions=SUBSCRIPTIONS,
        max_body=LARGEST_FILE,
    )
    app.state.timezone = settings.timezone
    app.state.horizon_weeks = settings.horizon_weeks
    app.state.bank_holidays = settings.bank_holidays
    return app

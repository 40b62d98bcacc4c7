from fastapi import FastAPI

from services.feedback.routes import ROUTERS
from services.feedback.settings import Settings
from shared.db import Sessions
from shared.messaging import LogReader
from shared.web import create_app


def create(settings: Settings | None = None, sessions: Sessions | None = None) -> FastAPI:
    """The HTTP side of feedback."""
    settings = settings or Settings()
    sessions = sessions or settings.sessions()
    app = create_app("feedback", ROUTERS, settings, sessions=sessions, log=LogReader("feedback"))
    app.state.timezone = settings.timezone
    return app

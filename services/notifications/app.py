from fastapi import FastAPI
from twilio.request_validator import RequestValidator

from services.notifications.handlers import SUBSCRIPTIONS
from services.notifications.routes import ROUTERS
from services.notifications.settings import Settings
from shared.db import Sessions
from shared.messaging import LogReader
from shared.web import create_app


def create(settings: Settings | None = None, sessions: Sessions | None = None) -> FastAPI:
    """The HTTP side of notifications."""
    settings = settings or Settings()
    sessions = sessions or settings.sessions()
    log = LogReader("notifications")
    app = create_app(
        "notifications",
        ROUTERS,
        settings,
        sessions=sessions,
        log=log,
        subscriptions=SUBSCRIPTIONS,
    )
    app.state.public_url = settings.public_url
    token = settings.twilio_auth_token.get_secret_value()
    # Without a token anybody could sign: then nobody may.
    app.state.twilio = RequestValidator(token) if token else None
    return app

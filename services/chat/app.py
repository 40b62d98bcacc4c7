from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx2
from fastapi import FastAPI

from services.chat.adapters.sms import Webhook
from services.chat.clients import Apis
from services.chat.routes import texts
from services.chat.settings import Settings
from shared.auth import Signer
from shared.db import Sessions
from shared.web import create_app


def create(
    settings: Settings | None = None,
    sessions: Sessions | None = None,
    *,
    transport: httpx2.BaseTransport | None = None,
) -> FastAPI:
    """The HTTP side of chat. `transport` is how the services are reached, when it is not by the network."""
    settings = settings or Settings()
    sessions = sessions or settings.sessions()
    secret = settings.signing_key.get_secret_value()
    apis = Apis(settings.url_of, Signer("chat", secret), secret, ZoneInfo(settings.timezone), transport)
    app = create_app("chat", [texts], settings, sessions=sessions)
    app.state.apis = apis
    app.state.answers_at = _answers_at(settings.public_url)
    app.state.sms = Webhook(settings.public_url, settings.twilio_auth_token.get_secret_value())
    _close_at_the_end(app, apis)
    return app


def _answers_at(public_url: str) -> str:
    """Where answers to remarks are read, as short as a phone still makes a link of it."""
    address = urlsplit(public_url)
    return f"{address.netloc}{address.path.rstrip('/')}/say/answer"


def _close_at_the_end(app: FastAPI, apis: Apis) -> None:
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with inner(app):
            yield
        apis.close()

    app.router.lifespan_context = lifespan

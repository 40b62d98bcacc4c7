import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from services.members.errors.erasure import LedgerAway, NoLedger
from services.members.handlers import SUBSCRIPTIONS
from services.members.ledger import Ledger
from services.members.routes import ROUTERS
from services.members.settings import Settings
from services.members.use_cases import Limits, WayIn, begin_ledger, republish
from shared.db import Sessions
from shared.messaging import LogReader
from shared.web import create_app

# A little more than the longest file that is read, so that such a file is refused in words of its own.
MOST_BYTES = 6 * 1024 * 1024

log = logging.getLogger(__name__)


def create(settings: Settings | None = None, sessions: Sessions | None = None) -> FastAPI:
    """The HTTP side of members."""
    settings = settings or Settings()
    sessions = sessions or settings.sessions()
    log = LogReader("members", republish=republish)
    app = create_app(
        "members", ROUTERS, settings, sessions=sessions, log=log, subscriptions=SUBSCRIPTIONS, max_body=MOST_BYTES
    )
    app.state.house = settings.house()
    app.state.ledger = settings.ledger()
    app.state.links = settings.links()
    app.state.invitation_codes = settings.invitation_codes()
    app.state.way_in = WayIn(settings.codes(), settings.public_url)
    app.state.limits = Limits(settings.most_codes_per_hour)
    app.state.relying_party = settings.relying_party()
    app.state.signer = settings.signer()
    _begin_ledger_at_the_start(app, sessions, app.state.ledger)
    return app


def _begin_ledger_at_the_start(app: FastAPI, sessions: Sessions, ledger: Ledger) -> None:
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            with sessions.begin() as session:
                begin_ledger(session, ledger=ledger)
        except (LedgerAway, NoLedger, SQLAlchemyError):
            log.exception("the erasure ledger is not there, and nobody can be erased")
        async with inner(app):
            yield

    app.router.lifespan_context = lifespan

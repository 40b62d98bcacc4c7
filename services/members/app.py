from fastapi import FastAPI

from services.members.handlers import SUBSCRIPTIONS
from services.members.routes import ROUTERS
from services.members.settings import Settings
from services.members.use_cases import Limits, WayIn, republish
from shared.db import Sessions
from shared.messaging import LogReader
from shared.web import create_app

# A little more than the longest file that is read, so that such a file is refused in words of its own.
MOST_BYTES = 6 * 1024 * 1024


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
    return app

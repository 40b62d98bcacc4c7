from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

import httpx2
from fastapi import FastAPI

from services.web.apis import Apis
from services.web.askers import Askers
from services.web.calls import Calls
from services.web.forms import Forms
from services.web.headers import SafeHeaders
from services.web.pages import PAGES
from services.web.pages.problems import show_problems
from services.web.session import SignIns
from services.web.settings import Settings
from services.web.statics import Statics
from services.web.view import View
from services.web.visit import Site
from shared.auth import Signer
from shared.clock import Clock, clock_from
from shared.web import create_app

# More than any form here takes, so that a long one can be answered with a page.
MAX_BODY = 1024 * 1024


def create(
    settings: Settings | None = None,
    *,
    transport: httpx2.AsyncBaseTransport | None = None,
    clock: Clock | None = None,
) -> FastAPI:
    """The pages. `transport` is how the services are reached, when it is not by the network."""
    settings = settings or Settings()
    key = settings.signing_key.get_secret_value()
    signer = Signer("web", key)
    apis = Apis(Calls(settings.url_of, transport), lambda: signer.service_token("members", "sign-in:vouch"))
    statics = Statics()
    app = create_app("web", PAGES, settings, max_body=MAX_BODY)
    app.state.statics = statics
    app.state.site = Site(
        apis=apis,
        sign_ins=SignIns(apis),
        forms=Forms(key),
        view=View(settings.programme_name, statics),
        clock=clock or clock_from(settings.clock_offset),
        zone=ZoneInfo(settings.timezone),
        public_url=settings.public_url.rstrip("/"),
        secure=settings.public_url.startswith("https:"),
        askers=Askers(key, settings.trusted_proxies),
    )
    # A redirect to the same address with a slash more or less would be made of what the browser says its host is.
    app.router.redirect_slashes = False
    show_problems(app)
    app.add_middleware(SafeHeaders)
    _close_at_the_end(app, apis)
    return app


def _close_at_the_end(app: FastAPI, apis: Apis) -> None:
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with inner(app):
            yield
        await apis.close()

    app.router.lifespan_context = lifespan

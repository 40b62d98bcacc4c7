"""One visit to one page: who it is, what they sent, and how they are answered."""

import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Request, Response
from starlette.responses import RedirectResponse

from services.web.apis import Apis
from services.web.apis.sign_in import Challenge, SessionOpened
from services.web.askers import Askers
from services.web.forms import Forms, read_form
from services.web.session import SignedInMember, SignIns
from services.web.view import View, answer
from shared.clock import Clock
from shared.errors import Invalid, TryAgain

MONTH_SECONDS = 30 * 24 * 60 * 60
# The gateway says it for the pages where people come in, and takes it from whoever else says it.
GATEWAY_SAYS = "x-asker"
CODE_SECONDS = 10 * 60
# Where somebody is led back to who had to come in first, if they do so soon: pages that are a member's own.
COME_BACK_TO = re.compile(r"/me(/[a-z]+(/[0-9a-f-]{36})?)?")
FOR_GOOD = "/me/end"
COME_BACK_SECONDS = 15 * 60
LONGEST_SECRET = 200
VERSION = re.compile(r'"\d{1,20}"')

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Site:
    """What all visits share. `public_url` is where the pages are reached, `secure` whether by https only."""

    apis: Apis
    sign_ins: SignIns
    forms: Forms
    view: View
    clock: Clock
    zone: ZoneInfo
    public_url: str
    secure: bool
    askers: Askers

    def cookie(self, name: str) -> str:
        """A cookie's full name. With the prefix a browser takes it by https only, and from this very host."""
        return f"__Host-{name}" if self.secure else name

    def today(self) -> date:
        """The day it is where the forum is."""
        return self.clock().astimezone(self.zone).date()


@dataclass
class Visit:
    """A request, and who makes it. `unsure` is when somebody is signed in and members cannot say who."""

    request: Request
    site: Site
    member: SignedInMember | None = None
    unsure: bool = False
    _set: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    _dropped: set[str] = field(default_factory=set)

    @classmethod
    async def begin(cls, request: Request) -> Self:
        """Find out who it is."""
        visit = cls(request, request.app.state.site)
        session = visit.session
        if session is None:
            return visit
        try:
            visit.member = await visit.site.sign_ins.member(session)
        except TryAgain:
            visit.unsure = True
        else:
            if visit.member is None:
                visit.sign_out()
        return visit

    @property
    def session(self) -> str | None:
        """The secret of the session this browser holds, whether or not it is still good."""
        return self._secret("session")

    @property
    def challenge(self) -> dict[str, str] | None:
        """What a code is typed in with, if this browser asked for one."""
        return self._asked("challenge")

    @property
    def claim(self) -> dict[str, str] | None:
        """The same, of a code that shows that an address is theirs who are in."""
        return self._asked("claim")

    def hold(self, challenge: Challenge, name: str = "challenge") -> None:
        """Let this browser alone be the one where the code is typed."""
        self._set[name] = (f"{challenge.challenge}.{challenge.browser}", CODE_SECONDS)

    def drop_claim(self) -> None:
        """That code was typed."""
        self._dropped.add("claim")

    def come_back_here(self) -> None:
        """Lead them back to this page, or the one that its form stands on, once they came in."""
        page = COME_BACK_TO.match(self.request.url.path)
        # To the page where one leaves for good only who was in already: the next to come in may be somebody else.
        if page is not None and (self.member is not None or page[0] != FOR_GOOD):
            self._set["then"] = (page[0], COME_BACK_SECONDS)

    @property
    def invitation(self) -> str:
        """The code of an invitation that this browser keeps while its owner comes in; empty for none."""
        return self._secret("invitation") or ""

    def keep_invitation(self, code: str) -> None:
        """Keep it until they are in, or the browser is closed, which may be one that others use.

        Letters and digits are all that counts of a code.
        """
        letters = "".join(each for each in code if each.isascii() and each.isalnum())
        self._set["invitation"] = (letters[:LONGEST_SECRET], None)
        # They are led back to it, and not to what they looked for before.
        self._dropped.add("then")

    def forget_invitation(self) -> None:
        """Take it from the browser: it was used."""
        self._dropped.add("invitation")

    async def sign_in(self, opened: SessionOpened, then: str | None = None) -> Response:
        """Give the browser a session: for a month on its owner's own device, otherwise until it is closed."""
        if self.session is not None:
            # On a shared phone somebody else may still have been signed in.
            try:
                await self.site.sign_ins.end(self.session)
            except TryAgain:
                log.warning("a session was left while members was away; it ends by itself")
        if self.challenge is not None:
            self._dropped.add("challenge")
        self._set["session"] = (opened.session, MONTH_SECONDS if opened.own_device else None)
        wanted = self._secret("then")
        if wanted is not None:
            self._dropped.add("then")
        home = "/join" if self.invitation else "/"
        return self.go(then or (wanted if wanted and COME_BACK_TO.fullmatch(wanted) else home))

    def sign_out(self) -> None:
        """Take the session from the browser."""
        self._dropped.add("session")

    def asker(self) -> str | None:
        """Where this visitor is, in a word that says nothing tomorrow; None where no gateway tells."""
        return self.site.askers.word(self.request.headers.get(GATEWAY_SAYS, ""), self.site.today())

    def form_token(self) -> str:
        """A token for a form on this page. Who is not signed in gets a cookie for it that says nothing of them."""
        if self.member is not None or self.unsure:
            return self.site.forms.token(self.session or "")
        secret = self._secret("form") or self._set.setdefault("form", (secrets.token_urlsafe(18), None))[0]
        return self.site.forms.token(secret)

    async def form(self) -> "Form":
        """What was sent."""
        typed = await read_form(self.request)
        token = typed.pop("token", "")
        secrets_held = [secret for name in ("session", "form") if (secret := self._secret(name))]
        return Form(typed, genuine=any(self.site.forms.holds(token, secret) for secret in secrets_held))

    def page(self, template: str, status: int = 200, **facts: Any) -> Response:
        """A page for this visitor alone."""
        common = {"member": self.member, "token": self.form_token, "today": self.site.today()}
        page = self.site.view.page(template, common | facts)
        return self.finish(answer(self.request, page, status))

    def away(self, template: str, **facts: Any) -> Response:
        """The same page, when what it needs did not answer."""
        response = self.page(template, 503, **facts)
        response.headers["Retry-After"] = "10"
        return response

    def go(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        """On to another page, by GET."""
        return self.finish(RedirectResponse(path, 303, headers))

    def finish(self, response: Response) -> Response:
        """An answer with the cookies that go with it."""
        for name in self._dropped - self._set.keys():
            self._cookie(response, name, "", 0)
        for name, (value, seconds) in self._set.items():
            self._cookie(response, name, value, seconds)
        return response

    def _asked(self, name: str) -> dict[str, str] | None:
        challenge, _, browser = (self._secret(name) or "").partition(".")
        return {"challenge": challenge, "browser": browser} if browser else None

    def _secret(self, name: str) -> str | None:
        secret = self.request.cookies.get(self.site.cookie(name), "")
        return secret if 0 < len(secret) <= LONGEST_SECRET else None

    def _cookie(self, response: Response, name: str, value: str, seconds: int | None) -> None:
        response.set_cookie(
            self.site.cookie(name),
            value,
            max_age=seconds,
            path="/",
            secure=self.site.secure,
            httponly=True,
            samesite="lax",
        )


@dataclass(frozen=True)
class Form:
    """A form that came in. `genuine` is whether it came from a page of ours in this very browser."""

    typed: Mapping[str, str]
    genuine: bool

    def get(self, name: str) -> str:
        """What was typed into a field."""
        return self.typed.get(name, "").strip()

    def id_in(self, name: str) -> UUID:
        """The id that a button stands for; raises Invalid."""
        try:
            return UUID(self.get(name))
        except ValueError as error:
            raise Invalid from error

    @property
    def seen(self) -> str:
        """The version that it was filled in for; none when it is sent again over somebody else's change."""
        seen = self.get("seen")
        return seen if VERSION.fullmatch(seen) else ""


async def _here(request: Request) -> Visit:
    return await Visit.begin(request)


Here = Annotated[Visit, Depends(_here)]

"""A visit by somebody who is in. Whoever is not comes in first, and then is back where they wanted to be."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Self

from fastapi import Depends, Response

from services.web.clients import Apis
from services.web.session import SignedInMember
from services.web.visit import Form, Here, Visit
from shared.errors import Conflict, Forbidden, Invalid, ServiceError, TryAgain

# The refusals after which coming in again is the next thing to do.
COME_IN_FIRST = {"sign-in-again", "card-needed"}
# A wrong key is a 401 of the service, although it knows very well who is calling.
KEY_REFUSED = {"digits-refused", "passkey-refused"}
OLD_FORM = "This page was open for too long, so we did nothing. Please press once more."
LOOK_AGAIN = "We could not take that. Please look at it once more."


class NotIn(Exception):
    """Nobody is in, where only somebody who is in has something to see."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit


@dataclass(frozen=True)
class Refusal:
    """What the page says that did not do something. `come_in`: what it offers instead is to come in again."""

    words: str
    come_in: bool = False


@dataclass(frozen=True)
class MemberVisit:
    """A request, and the member who makes it."""

    visit: Visit
    member: SignedInMember

    @classmethod
    def of(cls, visit: Visit) -> Self:
        """The visit, if it is somebody's; raises NotIn, or TryAgain while nobody can say."""
        if visit.unsure:
            raise TryAgain
        if visit.member is None:
            visit.come_back_here()
            raise NotIn(visit)
        return cls(visit, visit.member)

    @property
    def apis(self) -> Apis:
        """The services."""
        return self.visit.site.apis

    @property
    def token(self) -> str:
        """What the services know this member by."""
        return self.member.token

    def ask_anew(self) -> None:
        """The member's sessions may do more, or less, from now on: have the next page find out."""
        self.visit.site.sign_ins.forget_member(self.member.id)

    def page(self, template: str, status: int = 200, **facts: Any) -> Response:
        """A page for this member alone."""
        return self.visit.page(template, status, zone=self.visit.site.zone, **facts)

    async def press(self, act: Callable[[Form], Awaitable[Response]], again: "Again") -> Response:
        """Do what a form asks for; `again` shows the page it came from, with what was in the way."""
        form = await self.visit.form()
        if not form.genuine:
            return await again(self, 403, Refusal(OLD_FORM))
        try:
            return await act(form)
        except ServiceError as error:
            if not _is_about_this(error):
                raise
            come_in = error.code in COME_IN_FIRST
            if come_in:
                self.visit.come_back_here()
            return await again(self, 403 if isinstance(error, Forbidden) else 422, Refusal(_words(error), come_in))


# Shows the page that a form came from, with a status and what was in the way.
type Again = Callable[[MemberVisit, int, Refusal], Awaitable[Response]]


def _is_about_this(error: ServiceError) -> bool:
    return isinstance(error, (Conflict, Forbidden, Invalid)) or error.code in KEY_REFUSED


def _words(error: ServiceError) -> str:
    """The service's own words, which say what to do next; but those about a field that is no good are for programs."""
    return LOOK_AGAIN if error.code == Invalid.code else f"{error.title} {error.detail}"


async def _me(visit: Here) -> MemberVisit:
    return MemberVisit.of(visit)


Me = Annotated[MemberVisit, Depends(_me)]

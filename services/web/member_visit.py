"""A visit by somebody who is in. Whoever is not comes in first, and then is back where they wanted to be."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Self

from fastapi import Depends, Response

from services.web.apis import Apis
from services.web.session import SignedInMember
from services.web.visit import Form, Here, Visit
from services.web.words import OLD_FORM
from shared.errors import Invalid, PreconditionFailed, ServiceError, TryAgain, Unauthenticated
from shared.web.errors import status_of

# The refusals after which coming in again is the next thing to do.
COME_IN_FIRST = {"sign-in-again", "card-needed"}
# A wrong key is a 401 of the service, although it knows very well who is calling.
KEY_REFUSED = {"digits-refused", "passkey-refused"}
LOOK_AGAIN = "We could not take that. Please look at it once more."
CHANGED = (
    "This was changed meanwhile, here or elsewhere, and we did not keep what is below. "
    "To have it as it is below, press the button again."
)


class NotIn(Exception):
    """Nobody is in, where only somebody who is in has something to see."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit


@dataclass(frozen=True)
class Refusal:
    """Why a form was not taken, for the page that it came from. `come_in`: what that offers is to come in again."""

    form: Form
    status: int
    words: str
    come_in: bool = False

    @property
    def seen(self) -> str:
        """The version that the form is for; none after somebody else's change, which is read by who presses again."""
        return "" if self.status == status_of(PreconditionFailed()) else self.form.seen


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
        """What they are called, or what their sessions may do, is another from now on: have the next page find out."""
        self.visit.site.sign_ins.forget_member(self.member.id)

    def page(self, template: str, *, status: int = 200, refusal: Refusal | None = None, **facts: Any) -> Response:
        """A page for this member alone; after a refusal with its words, and its status."""
        status = refusal.status if refusal else status
        return self.visit.page(template, status, refusal=refusal, zone=self.visit.site.zone, **facts)

    async def press(
        self, act: Callable[[Form], Awaitable[Response]], again: "Again", *, unusable: str = LOOK_AGAIN
    ) -> Response:
        """Do what a form asks for; `again` shows the page it came from, with what was in the way.

        `unusable` is what to say of a field that is no good: the service's own words about that are for programs.
        While a service is away the form is shown to be sent again, as after any TryAgain.
        """
        form = await self.visit.form()
        if not form.genuine:
            return await again(self, Refusal(form, 403, OLD_FORM))
        try:
            return await act(form)
        except ServiceError as error:
            if not _is_about_this(error):
                raise
            come_in = error.code in COME_IN_FIRST
            if come_in:
                self.visit.come_back_here()
            return await again(self, Refusal(form, _status(error), _words(error, unusable), come_in))


# Shows the page that a form came from, with what was in the way.
type Again = Callable[[MemberVisit, Refusal], Awaitable[Response]]


def _is_about_this(error: ServiceError) -> bool:
    if isinstance(error, Unauthenticated):
        return error.code in KEY_REFUSED
    return not isinstance(error, TryAgain)


def _status(error: ServiceError) -> int:
    return status_of(Invalid() if isinstance(error, Unauthenticated) else error)


def _words(error: ServiceError, unusable: str) -> str:
    """The service's own words, which say what to do next, unless the pages have better ones."""
    if isinstance(error, PreconditionFailed):
        return CHANGED
    return unusable if error.code == Invalid.code else f"{error.title} {error.detail}".strip()


async def _me(visit: Here) -> MemberVisit:
    return MemberVisit.of(visit)


Me = Annotated[MemberVisit, Depends(_me)]

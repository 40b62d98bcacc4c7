"""The kinds of refusal. They know nothing of HTTP; `shared.web` gives each kind its status."""

from typing import Any, ClassVar


class ServiceError(Exception):
    """A use case refuses, and says why and what to do next.

    `code` is stable and for programs, `title` says what is the matter in a few words, `detail` what to do about it.
    `keeps` says that what was written on the way to the refusal stays: that a code was guessed wrong, for one. A route
    that can refuse so takes no Idempotency-Key.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "That did not work."
    keeps: ClassVar[bool] = False

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.extra = extra


class NotFound(ServiceError):
    """Nothing by that id, or nothing the caller may know of: the two are told apart by nobody."""

    code = "not-found"
    title = "There is nothing here."


class Conflict(ServiceError):
    """The thing is in a state that does not allow this."""

    code = "conflict"
    title = "That cannot be done now."


class Forbidden(ServiceError):
    """The caller is known and may not do this."""

    code = "forbidden"
    title = "This is not yours to do."


class Unauthenticated(ServiceError):
    """Nobody the service knows is calling."""

    code = "unauthenticated"
    title = "Please sign in first."


class Invalid(ServiceError):
    """What was sent cannot be used as it is."""

    code = "invalid"
    title = "Something in what you sent needs another look."


class TooLarge(Invalid):
    """More was sent than the service will read."""

    code = "too-large"
    title = "That is too big."


class PreconditionFailed(ServiceError):
    """The thing is no longer as the caller last saw it (`If-Match`)."""

    code = "precondition-failed"
    title = "Somebody changed this meanwhile."


class TryAgain(ServiceError):
    """Something the service needs is away for a moment."""

    code = "try-again"
    title = "Something is away for a moment. Please try again."

from shared.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed


class NoSuchOpportunity(NotFound):
    """No opportunity has this id, or the caller may not know of it: nobody can tell which."""

    code = "no-such-opportunity"
    title = "We do not know what that is about."

    def __init__(self) -> None:
        super().__init__("Look at what you are asked, and choose again.")


class WorkersOnly(Forbidden):
    """Only a worker with a second factor asks something of members, and only the one who runs it goes on with it."""

    code = "workers-only"
    title = "This is for the worker who runs it."


class FactsMissing(Invalid):
    """An opportunity that does not say all that members need to decide."""

    code = "facts-missing"
    title = "Members need to know more before you can ask them."


class TraitNotOffered(Invalid):
    """A trait, or a value of one, that this opportunity does not ask about."""

    code = "trait-not-offered"
    title = "That is not asked here."


class AlreadyPublished(Conflict):
    """What members have read stays as it is."""

    code = "already-published"
    title = "Members have read it, so this stays."


class OpportunityChanged(PreconditionFailed):
    """It is no longer as the caller last saw it."""

    code = "opportunity-changed"
    title = "Somebody changed it meanwhile."


class RepliesClosed(Conflict):
    """The time to say yes is over."""

    code = "replies-closed"
    title = "The time to say yes is over."


class AdviserFirst(Conflict):
    """Payment can touch benefits: whom to ask about that must have been seen before a yes."""

    code = "adviser-first"
    title = "Please look first at whom you can ask about your benefits."


class ConsentFirst(Conflict):
    """A yes says which words it agrees to."""

    code = "consent-first"
    title = "Please read what you say yes to."


class DrawNotYet(Conflict):
    """A draw waits until nobody can say yes any more."""

    code = "draw-not-yet"
    title = "It is too early to draw."


class NothingDrawn(NotFound):
    """There is no draw to tell of, or not for the caller."""

    code = "nothing-drawn"
    title = "There is no draw to tell you of."


class NothingSaid(NotFound):
    """The caller has not said anything to it."""

    code = "nothing-said"
    title = "You have not said anything to this yet."

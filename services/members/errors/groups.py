from shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
)


class GroupExists(Conflict):
    """A group already goes by this name, or by this short name."""

    code = "group-exists"
    title = "There is a group of that name already."


class NoSuchGroup(NotFound):
    """No group has this id, or the caller may not know of it: nobody can tell which."""

    code = "no-such-group"
    title = "We do not know that group."

    def __init__(self) -> None:
        super().__init__("Look at the list of groups, and choose again.")


class OfThisGroupOnly(Forbidden):
    """What is inside a group is for its members."""

    code = "of-this-group-only"
    title = "This is for members of the group."

    def __init__(self) -> None:
        super().__init__("Join the group, or ask to join it.")


class ConvenorsOnly(Forbidden):
    """The group trusts its convenors with this, and a convenor's powers need a second factor."""

    code = "convenors-only"
    title = "Only the group's convenors can do this."

    def __init__(self) -> None:
        super().__init__("Ask one of them. If you are one, sign in with your passkey or your codes first.")


class NotOpenToAll(Conflict):
    """The group lets people in by its own word."""

    code = "not-open-to-all"
    title = "This group says who joins."


class OpenToAll(Conflict):
    """Nobody needs to ask."""

    code = "open-to-all"
    title = "This group is open to everybody."


class GroupChangedMeanwhile(PreconditionFailed):
    """The group is no longer as the caller last saw it."""

    code = "group-changed"
    title = "Somebody changed it meanwhile."


class InvitationRefused(NotFound):
    """A code that is mistyped, used up, too old or taken back, or one of too many: the refusal never says which."""

    code = "invitation-refused"
    title = "That code does not open anything."
    keeps = True

    def __init__(self) -> None:
        super().__init__(
            "Look at its letters again. If they are right, ask for a new one. After ten wrong codes, wait an hour."
        )


class InvitationUnusable(Invalid):
    """An invitation that makes no sense."""

    code = "invitation-unusable"
    title = "That invitation cannot be made."


class NoSuchRequest(NotFound):
    """Nobody by this id asks to join, or does so any more."""

    code = "no-such-request"
    title = "Nobody is asking that."


class DecidedByVote(Conflict):
    """The group votes on who joins."""

    code = "decided-by-vote"
    title = "The group votes on this."


class NoSuchMotion(NotFound):
    """The group has no motion of this id."""

    code = "no-such-motion"
    title = "We do not know that motion."


class MotionUnusable(Invalid):
    """A motion that would change nothing, or is not raised this way."""

    code = "motion-unusable"
    title = "The group cannot vote on that."


class MotionOpen(Conflict):
    """The group is deciding this already."""

    code = "motion-open"
    title = "The group is voting on this already."


class MotionDecided(Conflict):
    """The voting is over."""

    code = "motion-decided"
    title = "The voting is over."

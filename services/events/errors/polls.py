from shared.errors import Conflict, Forbidden, Invalid, NotFound


class NoSuchPoll(NotFound):
    """No poll has this id, or the caller may not know of it: nobody can tell which."""

    code = "no-such-poll"
    title = "We do not know that poll."

    def __init__(self) -> None:
        super().__init__("Look at the polls of your groups, and choose again.")


class NoSuchOption(Invalid):
    """An answer that names what this poll does not ask about."""

    code = "no-such-option"
    title = "That is not one of this poll's options."


class DeadlineUnusable(Invalid):
    """A poll that would close in the past, or so late that nobody would remember it."""

    code = "deadline-unusable"
    title = "That deadline cannot be used."


class VoteUnusable(Invalid):
    """An answer of another kind than the poll asks for."""

    code = "vote-unusable"
    title = "This poll is answered another way."


class PollClosed(Conflict):
    """Its time is over, or it was closed before."""

    code = "poll-closed"
    title = "This poll is closed."


class PollOpen(Conflict):
    """What can only be done with a result."""

    code = "poll-open"
    title = "This poll is still open."


class AlreadyVoted(Conflict):
    """A secret ballot cannot be found again, so it cannot be changed."""

    code = "already-voted"
    title = "You have voted."


class OptionFull(Conflict):
    """As many as may have chosen it."""

    code = "option-full"
    title = "That one has as many as it can take."


class TooManyOptions(Conflict):
    """More than anyone could compare."""

    code = "too-many-options"
    title = "That is too many to choose from."


class OptionsAreFixed(Forbidden):
    """The poll's options are for its maker to give."""

    code = "options-are-fixed"
    title = "Nothing can be added to this poll."


class VotesWereCast(Conflict):
    """What was promised to those who have voted stays."""

    code = "votes-were-cast"
    title = "Somebody has voted already."


class NotYourPoll(Forbidden):
    """Only its maker, or a convenor of the group, may do this with a poll."""

    code = "not-your-poll"
    title = "Somebody else made this poll."


class DidNotWin(Conflict):
    """Only what won is made."""

    code = "did-not-win"
    title = "That did not win."


class MadeAlready(Conflict):
    """There is an activity for it already."""

    code = "made-already"
    title = "It is in the programme already."

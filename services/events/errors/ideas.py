from shared.errors import Conflict, Forbidden, NotFound


class NoSuchIdea(NotFound):
    """No idea has this id, or the caller may not know of it: nobody can tell which."""

    code = "no-such-idea"
    title = "We do not know that idea."

    def __init__(self) -> None:
        super().__init__("Look at the ideas of your groups, and choose again.")


class NotYourIdea(Forbidden):
    """Only who wrote an idea may change or withdraw it."""

    code = "not-your-idea"
    title = "Somebody else wrote this idea."


class IdeaPosted(Conflict):
    """What others have read stays as they read it."""

    code = "idea-posted"
    title = "Others can read it already."


class IdeaNotOpen(Conflict):
    """An idea that is not posted yet, or is withdrawn or retired."""

    code = "idea-not-open"
    title = "This idea is not open."

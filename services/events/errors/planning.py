from shared.errors import Conflict, NotFound


class NoSuchLine(NotFound):
    """No line has this id, or the caller may not know of it: nobody can tell which."""

    code = "no-such-line"
    title = "We do not know that line."

    def __init__(self) -> None:
        super().__init__("Look at the plan of the evening, and choose again.")


class TooManyLines(Conflict):
    """A plan with more lines than anyone could look through."""

    code = "too-many-lines"
    title = "There are too many lines already."


class LineTaken(Conflict):
    """Somebody else took it on."""

    code = "line-taken"
    title = "Somebody has that already."

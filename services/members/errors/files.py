from shared.errors import (
    Invalid,
    TooLarge,
)


class FileUnusable(Invalid):
    """A file that is no table of members at all. Nothing of it went in."""

    code = "file-unusable"
    title = "That file cannot be read as a list of members."


class FileTooLarge(TooLarge):
    """More bytes or rows than are read in one go. Nothing of it went in."""

    code = "file-too-large"
    title = "That file is too big to read in one go."


class RowRefused(Invalid):
    """One row of a file cannot go in; the others can."""

    code = "row-refused"
    title = "This row did not go in."


class UnusableName(RowRefused):
    """What was written is no name that a page could show."""

    code = "unusable-name"
    title = "That name cannot be shown."


class UnusableAddress(RowRefused):
    """What was written is no address that a message could be sent to."""

    code = "unusable-address"
    title = "Nothing can be sent there."

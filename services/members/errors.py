from shared.errors import (
    Conflict,
    Invalid,
    NotFound,
    PreconditionFailed,
    ServiceError,
    TooLarge,
    TryAgain,
    Unauthenticated,
)


class GroupExists(Conflict):
    """A group already goes by this name, or by this short name."""

    code = "group-exists"
    title = "There is a group of that name already."


class NoSuchMember(NotFound):
    """Nobody has this id, or nobody has it any more."""

    code = "no-such-member"
    title = "We do not know this member."


class MeChanged(PreconditionFailed):
    """What a member told of themself is no longer as they last saw it."""

    code = "me-changed"

    def __init__(self) -> None:
        super().__init__("Read it again, and send what you want with the ETag of that.")


class NoSuchWorker(NotFound):
    """Nobody of this id works for the programme."""

    code = "no-such-worker"
    title = "We know no such worker."


class SignInRefused(Unauthenticated):
    """A link or session that is unknown, mistyped, too old or taken back: the refusal never says which."""

    code = "sign-in-refused"
    title = "That link does not work any more."

    def __init__(self) -> None:
        super().__init__("Use the link in the latest message we sent you.")


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


class AnswerNotKept(Invalid):
    """An Idempotency-Key came with a request whose answer is secret, and must not lie in a table for a day."""

    code = "answer-not-kept"
    title = "This cannot be asked with an Idempotency-Key."


class VaultLocked(TryAgain):
    """The keys in the settings are not those that the vault was filled with."""

    code = "vault-locked"
    title = "The vault does not open."

    def __init__(self) -> None:
        super().__init__("MEMBERS_MASTER_KEY or MEMBERS_INDEX_KEY is not the one this database was filled with.")


class AddressDamaged(ServiceError):
    """An address in the vault was altered or cut short since it was put there."""

    code = "address-damaged"
    title = "An address in the vault cannot be read."

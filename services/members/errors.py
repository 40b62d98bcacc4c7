from shared.errors import (
    Conflict,
    Forbidden,
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


class NoSuchMerge(NotFound):
    """A proposal that is too old, confirmed already or somebody else's: the refusal never says which."""

    code = "no-such-merge"
    title = "There is nothing to confirm."

    def __init__(self) -> None:
        super().__init__("Show both records again, and confirm within fifteen minutes.")


class MergeRefused(Conflict):
    """To join these two records would give somebody more than they have."""

    code = "merge-refused"
    title = "These two records cannot be joined this way."


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
    """Something that is unknown, mistyped, too old, used or taken back: the refusal never says which.

    What was written down is kept: a try that was not counted could be had again.
    """

    code = "sign-in-refused"
    title = "That does not let you in."
    keeps = True

    def __init__(self) -> None:
        super().__init__("Look at it once more, or ask for a new one. A paper card works too.")


class TooManyLinks(Conflict):
    """A member asked for more links than anybody needs."""

    code = "too-many-links"
    title = "You have had several links already."

    def __init__(self) -> None:
        super().__init__("Use the latest one, or try again in an hour.")


class PasskeyRefused(Unauthenticated):
    """What came is not what this passkey would have signed just now. What was asked of it is used up."""

    code = "passkey-refused"
    title = "That passkey was not accepted."
    keeps = True

    def __init__(self) -> None:
        super().__init__("Try once more from the beginning, on the device that has the passkey.")


class DigitsRefused(Unauthenticated):
    """The app does not show these digits now, or they were used. That they came is counted."""

    code = "digits-refused"
    title = "Those digits were not accepted."
    keeps = True

    def __init__(self) -> None:
        super().__init__("Wait until your app shows new digits, and write those.")


class TooManyDigits(Forbidden):
    """Wrong digits came too often to look at any more of them for a while."""

    code = "too-many-digits"
    title = "Wrong digits came too often."

    def __init__(self) -> None:
        super().__init__("Wait a quarter of an hour, or show your passkey if you have one.")


class SecondFactorNeeded(Forbidden):
    """Only a session in which a second factor was shown lately may do this."""

    code = "second-factor-needed"
    title = "Show who you are once more."

    def __init__(self) -> None:
        super().__init__("Show your passkey, or the digits of your authenticator app.")


class CardNeeded(Forbidden):
    """Who enrols their first second factor has just signed in with their card, or with what the operator gave them."""

    code = "card-needed"
    title = "Sign in with your card first."

    def __init__(self) -> None:
        super().__init__(
            "Sign in with your card, and do this within a quarter of an hour. If you run a group, use a card that a "
            "worker or another convenor printed for you."
        )


class NobodysCard(NotFound):
    """No card says this, or it was taken back. That wrong words came is counted."""

    code = "nobodys-card"
    title = "We do not know that card."
    keeps = True

    def __init__(self) -> None:
        super().__init__("Scan it again, or look at its words once more. A newer card takes the place of an older one.")


class HelpersOnly(Forbidden):
    """Helping in person is for workers and convenors, with a second factor shown."""

    code = "helpers-only"
    title = "Only workers and convenors can do this for others."

    def __init__(self) -> None:
        super().__init__("If you are one, show your passkey or your authenticator app first.")


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


class SignInAgain(Forbidden):
    """What is asked for needs somebody who has signed in within the last minutes."""

    code = "sign-in-again"
    title = "Please sign in again first."

    def __init__(self) -> None:
        super().__init__("It was some time ago that you did. Then try once more.")


class CodeRefused(Invalid):
    """Digits that are mistyped, too old, used or somebody else's: the refusal never says which. The try is kept."""

    code = "code-refused"
    title = "That code does not work."
    keeps = True

    def __init__(self) -> None:
        super().__init__("Look at it once more, or ask for a new one.")


class NoCodesThere(Invalid):
    """A channel that no code can be sent over."""

    code = "no-codes-there"
    title = "We cannot send a code there yet."

    def __init__(self) -> None:
        super().__init__("Give a phone number (sms) or an email address.")


class NoSuchWording(NotFound):
    """No words were ever shown to anybody under this name."""

    code = "no-such-wording"
    title = "There are no words by that name."

    def __init__(self) -> None:
        super().__init__("Use the `wording` that GET /me/choices tells.")


class WordingUnknown(Invalid):
    """A yes or no to words that do not exist, or do not speak of that purpose."""

    code = "wording-unknown"
    title = "Nobody was shown those words."


class ChoiceUnusable(Invalid):
    """A choice that nobody offered."""

    code = "choice-unusable"
    title = "That cannot be chosen."


class NotConfirmed(Invalid):
    """To be erased cannot be undone, so it is said twice."""

    code = "not-confirmed"
    title = "Nothing was erased."

    def __init__(self) -> None:
        super().__init__(
            "This erases all that the forum has of you: your name, your numbers, your groups, your evenings. "
            "It cannot be undone. If you are sure, ask again with ?confirm=true."
        )


class NoSuchErasure(NotFound):
    """No erasure has this id, or it was more than a year ago."""

    code = "no-such-erasure"
    title = "We do not know this erasure."


class LedgerAway(TryAgain):
    """The erasure ledger cannot be written or read, and without it a restore would bring people back."""

    code = "ledger-away"
    title = "Nothing was erased."

    def __init__(self) -> None:
        super().__init__("The file that MEMBERS_ERASURE_LEDGER names cannot be used. Tell whoever runs the forum.")

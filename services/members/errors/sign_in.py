from shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    Unauthenticated,
)


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
    """What came is not what this passkey would have signed just now, or it came before."""

    code = "passkey-refused"
    title = "That passkey was not accepted."

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
        super().__init__(
            "Try again in eight hours, or show your passkey if you have one. If it was not you who tried, sign in with "
            "your card and say that you lost your phone."
        )


class SecondFactorNeeded(Forbidden):
    """Only a session in which a second factor was shown lately may do this."""

    code = "second-factor-needed"
    title = "Show who you are once more."

    def __init__(self) -> None:
        super().__init__("Show your passkey, or the digits of your authenticator app.")


class CardNeeded(Forbidden):
    """Who enrols their first second factor has just signed in with what somebody else gave them."""

    code = "card-needed"
    title = "Sign in with your card first."

    def __init__(self) -> None:
        super().__init__(
            "Do this within a quarter of an hour of it. It has to be a card that somebody else made for you, after you "
            "last lost your phone. If you work for the programme, ask the office for a new secret instead."
        )


class AnswerNotKept(Invalid):
    """An Idempotency-Key came with a request whose answer is secret, and must not lie in a table for a day."""

    code = "answer-not-kept"
    title = "This cannot be asked with an Idempotency-Key."


class SignInAgain(Forbidden):
    """What is asked for needs somebody who has signed in within the last minutes."""

    code = "sign-in-again"
    title = "Please sign in again first."

    def __init__(self) -> None:
        super().__init__("It was some time ago that you did. Then try once more.")


class ByChatOnly(Forbidden):
    """A link to sign in was asked for by somebody who is signed in."""

    code = "by-chat-only"
    title = "Such a link is for whoever writes to us."

    def __init__(self) -> None:
        super().__init__("Text LOGIN to the forum's number.")


class CodeRefused(Invalid):
    """Digits that are mistyped, too old, used or somebody else's: the refusal never says which. The try is kept."""

    code = "code-refused"
    title = "That code does not work."
    keeps = True

    def __init__(self) -> None:
        super().__init__("Look at it once more, or ask for a new one.")


class AddressKept(Invalid):
    """An address that lets its owner in is not taken away by whoever may have nothing but a card that they found."""

    code = "address-kept"
    title = "That address stays for now."

    def __init__(self) -> None:
        super().__init__(
            "Your card was used this week, and somebody may have found it. Come in with a code that we send to that "
            "email address first."
        )


class NoCodesThere(Invalid):
    """A channel that no code can be sent over."""

    code = "no-codes-there"
    title = "No code goes there."

    def __init__(self) -> None:
        super().__init__("Use your phone number or your email address.")


class SharedDevice(Forbidden):
    """Notes were asked for on a device that is not the member's alone, where whoever is next would see them."""

    code = "shared-device"
    title = "Notes come to your own device only."

    def __init__(self) -> None:
        super().__init__("Here others might see them. Texts and emails come to you wherever you are.")

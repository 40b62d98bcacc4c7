from shared.errors import (
    Forbidden,
    NotFound,
    PreconditionFailed,
)


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


class NoSuchDuty(NotFound):
    """They work for the programme, and this is not what they do."""

    code = "no-such-duty"
    title = "Nothing was ended: they do something else for the programme."

    def __init__(self) -> None:
        super().__init__("The list of workers says what each of them does.")


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

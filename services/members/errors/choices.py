from shared.errors import (
    Invalid,
    NotFound,
)


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


class ChannelNotOffered(Invalid):
    """A channel that nothing is sent over here."""

    code = "channel-not-offered"
    title = "We do not write to people that way yet."


class ChoiceUnusable(Invalid):
    """A choice that nobody offered."""

    code = "choice-unusable"
    title = "That cannot be chosen."

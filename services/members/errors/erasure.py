from shared.errors import (
    Invalid,
    NotFound,
    TryAgain,
)


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


class NoLedger(NotFound):
    """The ledger was begun with the forum, and is lost. Whether anybody was in it only the operator can know."""

    code = "no-ledger"
    title = "There is no erasure ledger."

    def __init__(self) -> None:
        super().__init__(
            "If anybody was ever erased, put your copy of it where MEMBERS_ERASURE_LEDGER says, and try again. "
            "If nobody was, put an empty file there."
        )

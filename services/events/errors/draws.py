from shared.errors import Conflict


class NobodyToDraw(Conflict):
    """Nobody said yes, or all who did have stated a conflict of interest."""

    code = "nobody-to-draw"
    title = "There is nobody to draw."

    def __init__(self) -> None:
        super().__init__("Nobody who can be drawn has said yes. Give more time to answer, or call it off.")


class QuotasImpossible(Conflict):
    """No panel of those who said yes keeps all quotas."""

    code = "quotas-impossible"
    title = "Nobody can be drawn with these quotas."

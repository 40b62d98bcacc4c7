from shared.errors import Invalid


class NoSuchWeek(Invalid):
    """No year has a week of this name."""

    code = "no-such-week"
    title = "There is no such week."

    def __init__(self) -> None:
        super().__init__("Give a year and a week, like 2026-W48. Most years have 52.")

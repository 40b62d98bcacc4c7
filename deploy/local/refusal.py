class Refusal(Exception):
    """The operator has to put something right first; the message says what was wrong, where, and what to do."""

    def __init__(self, message: str, *, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def disk_full(where: object) -> Refusal:
    return Refusal(
        f"The disk that holds {where} is full. Free some space there (200 MB is plenty), "
        "or choose another disk with --data, and start again."
    )

from shared.errors import NotFound


class NoSuchFeed(NotFound):
    """No calendar feed is at this address, or not any more: nobody can tell which."""

    code = "no-such-feed"
    title = "There is no calendar here."

    def __init__(self) -> None:
        super().__init__("Make a new address for your calendar, and take the old one out of it.")

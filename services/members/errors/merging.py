from shared.errors import (
    Conflict,
    NotFound,
)


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

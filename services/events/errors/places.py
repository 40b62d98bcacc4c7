from shared.errors import Conflict, Forbidden


class OccurrenceFull(Conflict):
    """Every place is taken."""

    code = "occurrence-full"
    title = "Every place is taken."


class MembersOnly(Forbidden):
    """A closed or hidden group's occurrence is for those who belong to the group."""

    code = "members-only"
    title = "This is for members of the group."

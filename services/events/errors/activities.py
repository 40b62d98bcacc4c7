from shared.errors import Conflict, Invalid, NotFound, PreconditionFailed


class NoSuchActivity(NotFound):
    """No activity has this id, or the caller may not know of it: nobody can tell which."""

    code = "no-such-activity"
    title = "We do not know that activity."

    def __init__(self) -> None:
        super().__init__("Look at what is on, and choose again.")


class NoSuchGroup(NotFound):
    """No group has this id, or the caller may not know of it: nobody can tell which."""

    code = "no-such-group"
    title = "We do not know that group."

    def __init__(self) -> None:
        super().__init__("Look at the list of groups, and choose again.")


class NoDates(Invalid):
    """A plan under which nothing ever happens."""

    code = "no-dates"
    title = "That makes no date at all."


class TooManyDates(Invalid):
    """A plan with more dates than anyone could look through."""

    code = "too-many-dates"
    title = "That makes too many dates."


class FromAFile(Conflict):
    """An activity that came in with a calendar file has no plan that could be changed here."""

    code = "from-a-file"
    title = "This one comes from a calendar file."


class NothingToCome(Conflict):
    """A series of which nothing is still to come can be changed no more."""

    code = "nothing-to-come"
    title = "Nothing of it is still to come."


class ActivityChanged(PreconditionFailed):
    """It is no longer as the caller last saw it."""

    code = "activity-changed"
    title = "Somebody changed it meanwhile."


class NotOfThisGroup(Conflict):
    """Only who belongs to a group can host something in it."""

    code = "not-of-this-group"
    title = "They are not in the group."


class NotAskedToHost(Conflict):
    """Nobody becomes a host without having been asked by one."""

    code = "not-asked-to-host"
    title = "Nobody has asked you to host this."

from shared.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed


class NoSuchOccurrence(NotFound):
    """No occurrence has this id, or the caller may not know of it: nobody can tell which."""

    code = "no-such-occurrence"
    title = "We do not know that evening."


class OccurrenceCancelled(Conflict):
    """It has been called off."""

    code = "occurrence-cancelled"
    title = "It has been called off."


class OccurrenceOver(Conflict):
    """It is over, and nothing about it changes any more."""

    code = "occurrence-over"
    title = "It is over."


class NotYourProgramme(Forbidden):
    """Only those who host an activity, the group's convenors and the operator change it."""

    code = "not-your-programme"
    title = "Only those who host it can change this."


class TimeUnusable(Invalid):
    """A start or an end that cannot be."""

    code = "time-unusable"
    title = "That time cannot be used."


class CapacityTooSmall(Conflict):
    """There would be fewer places than people who are coming."""

    code = "capacity-too-small"
    title = "More people than that are coming."


class ChangedMeanwhile(PreconditionFailed):
    """It is no longer as the caller last saw it."""

    code = "occurrence-changed"
    title = "Somebody changed it meanwhile."

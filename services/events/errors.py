"""Why the programme refuses."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed, TooLarge


class NotACalendar(Invalid):
    """The file handed in is no calendar at all, so nothing of it can go in."""

    code = "not-a-calendar"
    title = "That file is not a calendar."


class CalendarTooLarge(TooLarge):
    """The calendar file is bigger than the service will read."""

    code = "calendar-too-large"
    title = "That calendar file is too big."


class EntryUnusable(Invalid):
    """One entry of a calendar cannot go in; the rest of the file does."""

    code = "calendar-entry-unusable"
    title = "That entry of the calendar cannot be used."


class RuleRefused(EntryUnusable):
    """A rule for repeating cannot be read, or makes more dates than anyone could come to."""

    code = "rule-refused"
    title = "That way of repeating cannot be used."


class NoSuchOccurrence(NotFound):
    """No occurrence has this id, or the caller may not know of it: nobody can tell which."""

    code = "no-such-occurrence"
    title = "We do not know that evening."


class OccurrenceFull(Conflict):
    """Every place is taken."""

    code = "occurrence-full"
    title = "Every place is taken."


class OccurrenceCancelled(Conflict):
    """It has been called off."""

    code = "occurrence-cancelled"
    title = "It has been called off."


class OccurrenceOver(Conflict):
    """It is over, and nothing about it changes any more."""

    code = "occurrence-over"
    title = "It is over."


class MembersOnly(Forbidden):
    """A closed or hidden group's occurrence is for those who belong to the group."""

    code = "members-only"
    title = "This is for members of the group."


class NotYourProgramme(Forbidden):
    """Only a group's convenors and the operator change its programme."""

    code = "not-your-programme"
    title = "Only the group's convenors can change this."


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


class UnknownGroup(NotFound):
    """No group has this short name."""

    code = "unknown-group"
    title = "There is no group of that name."

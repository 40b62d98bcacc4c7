from shared.errors import Invalid, NotFound, TooLarge


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


class UnknownGroup(NotFound):
    """No group has this short name."""

    code = "unknown-group"
    title = "There is no group of that name."

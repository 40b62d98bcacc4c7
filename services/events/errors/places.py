from shared.errors import Conflict, Forbidden, Invalid


class OccurrenceFull(Conflict):
    """Every place is taken, or held for those who are asked first."""

    code = "occurrence-full"
    title = "Every place is taken."


class MovedMeanwhile(Conflict):
    """It has another date than the caller saw."""

    code = "occurrence-moved"
    title = "It has another date now."


class OfferOver(Conflict):
    """The time in which a place was held for the caller is over."""

    code = "offer-over"
    title = "That place has gone on to the next in line."


class PlacesAreDrawn(Conflict):
    """Nobody is first here: who asks before a time is in the draw."""

    code = "places-are-drawn"
    title = "The places are drawn."


class PartyTooBig(Invalid):
    """More people than may come together, or than there are places at all."""

    code = "party-too-big"
    title = "That is too many together."


class AlreadyComing(Conflict):
    """Who comes has nothing to wait for."""

    code = "already-coming"
    title = "You are coming already."


class PlacesFree(Conflict):
    """There is nothing to wait for."""

    code = "places-free"
    title = "There is room for you."


class NotYet(Conflict):
    """What can only be said of something that has begun."""

    code = "not-yet"
    title = "It has not begun yet."


class MembersOnly(Forbidden):
    """A closed or hidden group's occurrence is for those who belong to the group."""

    code = "members-only"
    title = "This is for members of the group."


class ForThoseGoing(Forbidden):
    """Who can be turned to on the night is known to those who come."""

    code = "for-those-going"
    title = "This is for those who are going."

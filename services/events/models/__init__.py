"""What events keeps, a module a topic."""

from services.events.models.base import EventsBase
from services.events.models.groups import Group, GroupMember
from services.events.models.places import Rsvp
from services.events.models.programme import Activity, Calendar, Occurrence, Status, refuse_unless_on
from services.events.models.times import LONGEST

__all__ = [
    "LONGEST",
    "Activity",
    "Calendar",
    "EventsBase",
    "Group",
    "GroupMember",
    "Occurrence",
    "Rsvp",
    "Status",
    "refuse_unless_on",
]

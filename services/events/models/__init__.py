"""What events keeps, a module a topic."""

from services.events.models.activities import Activity, Host
from services.events.models.base import EventsBase
from services.events.models.calendar_feeds import CalendarFeed
from services.events.models.closed_dates import ClosedDate
from services.events.models.groups import Group, GroupMember
from services.events.models.ideas import Ending, Idea, IdeaState, IdeaSupport
from services.events.models.on_call import OnCall
from services.events.models.opportunities import (
    TURNS_COUNT,
    AskedGroup,
    HeldDraw,
    Opportunity,
    OpportunityReply,
    Reply,
    Standing,
    Turn,
)
from services.events.models.places import Companion, LineDraw, Others, Rsvp, Waiting, draw_time, places_for
from services.events.models.planning import Cost, ListName, Notes, PlanLine
from services.events.models.polls import BallotBox, Poll, PollOption, PollVote, PollVoter
from services.events.models.programme import Calendar, Occurrence, Status, refuse_over, refuse_unless_on
from services.events.models.roles import Cover, CoverAsked, Helper, Needs, RoleWish, version_of
from services.events.models.times import LONGEST, refuse_unusable

__all__ = [
    "LONGEST",
    "TURNS_COUNT",
    "Activity",
    "AskedGroup",
    "BallotBox",
    "Calendar",
    "CalendarFeed",
    "ClosedDate",
    "Companion",
    "Cost",
    "Cover",
    "CoverAsked",
    "Ending",
    "EventsBase",
    "Group",
    "GroupMember",
    "HeldDraw",
    "Helper",
    "Host",
    "Idea",
    "IdeaState",
    "IdeaSupport",
    "LineDraw",
    "ListName",
    "Needs",
    "Notes",
    "Occurrence",
    "OnCall",
    "Opportunity",
    "OpportunityReply",
    "Others",
    "PlanLine",
    "Poll",
    "PollOption",
    "PollVote",
    "PollVoter",
    "Reply",
    "RoleWish",
    "Rsvp",
    "Standing",
    "Status",
    "Turn",
    "Waiting",
    "draw_time",
    "places_for",
    "refuse_over",
    "refuse_unless_on",
    "refuse_unusable",
    "version_of",
]

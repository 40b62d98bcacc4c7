from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.models import EventsBase
from services.events.queries.polls import options_answered
from shared.export import Export, Told, tell

TABLES = {
    "group_members": Told("Groups whose evenings you see", {"groups.name": "Group", "role": "What you are there"}),
    "hosts": Told(
        "Activities you host, or were asked to host",
        {"activities.title": "What", "asked_at": "Since", "agreed_at": "You agreed on"},
    ),
    "on_call": Told(
        "Evenings at which you can be turned to", {"occurrences.title": "What", "occurrences.starts": "When"}
    ),
    "calendar_feeds": Told(
        "The feed for your own calendar", {"made_at": "Since", "full_details": "Hidden groups are named in it"}
    ),
    "ideas": Told(
        "Ideas you wrote",
        {
            "words": "Your idea",
            "groups.name": "For",
            "state": "Where it stands",
            "written_at": "You wrote it on",
            "ending": "It ended as",
            "why": "Because",
        },
    ),
    "polls": Told(
        "Polls you made", {"question": "You asked", "groups.name": "In", "closes_at": "Until"}, of=("made_by",)
    ),
    "poll_votes": Told(
        "What you answered to polls, until a month after they close",
        {"polls.question": "Question", "choices": "You chose", "dates": "You can come", "can_host": "You can host"},
    ),
    "poll_voters": Told(
        "Secret polls you voted in: what you voted is kept without you, and nobody can find it again, to show or to "
        "erase it",
        {"polls.question": "Question"},
    ),
    "idea_supports": Told("Ideas you support", {"ideas.words": "Idea"}),
    "helpers": Told(
        "Roles you took on",
        {
            "occurrences.title": "What",
            "occurrences.starts": "When",
            "kind": "Your role",
            "taken_at": "You took it on",
        },
    ),
    "plan_lines": Told("Things you took on for an evening", {"words": "What", "occurrences.starts": "When"}),
    "costs": Told(
        "What you paid and is to be given back",
        {"what": "What", "pence": "Pence", "receipt": "Number of the receipt", "occurrences.starts": "When"},
    ),
    "cover_asks": Told(
        "Evenings at which we do not ask you again to help",
        {"occurrences.title": "What", "occurrences.starts": "When", "kind": "With what", "asked_at": "Since"},
    ),
    "role_wishes": Told("What you wish to be asked for when somebody is missing", {"kind": "Role"}),
    "opportunities": Told("What you ask of members as a worker", {"title": "What", "closes_at": "Until"}, ("run_by",)),
    "opportunity_replies": Told(
        "What the programme asked you, and what you said",
        {
            "opportunities.title": "What",
            "reply": "You said",
            "replied_at": "You said so on",
            "consent": "The words you agreed to are of",
            "conflict": "You stated a conflict of interest",
            "stated": "You stated",
            "number": "Your number in the draw",
            "turns": "Places you had been drawn for",
            "chance": "Your chance",
            "standing": "What became of it",
            "reserve": "Which reserve you are",
            "asked_until": "A place is held for you until",
        },
    ),
    "turns": Told("Places you were drawn for", {"opportunities.title": "What", "had_at": "Drawn on"}),
    "rsvps": Told(
        "Evenings you said yes or no to",
        {
            "occurrences.title": "What",
            "occurrences.starts": "When",
            "answer": "You said",
            "others": "You bring",
            "shown_as": "Shown to others as",
            "answered_at": "You said so on",
        },
    ),
    "waiting": Told(
        "Evenings you wait for a place at",
        {
            "occurrences.title": "What",
            "occurrences.starts": "When",
            "others": "You bring",
            "asked_at": "You asked on",
            "offered_until": "A place is held for you until",
        },
    ),
}


def export_member(session: Session, member_id: UUID) -> Export:
    """All that is held on a member here, the options of polls by their words."""
    parts, options = tell(session, EventsBase.metadata, TABLES, member_id), options_answered(session, member_id)
    for row in (row for part in parts for row in part.rows):
        row |= {word: _in_words(said, options) for word, said in row.items()}
    return Export(service="events", parts=parts)


def _in_words(said: str, options: Mapping[str, str]) -> str:
    for option, words in options.items():
        said = said.replace(option, words)
    return said

"""Polls as members open them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.models import Group, Poll
from services.events.queries.polls import count
from services.events.schemas.polls import PollDraft, VoteDraft
from services.events.use_cases.polls import open_poll
from services.events.use_cases.voting import vote
from shared.auth import Caller
from tests.events.builders import LONDON

THINGS = [{"words": "Chess"}, {"words": "A walk"}, {"words": "Swimming"}]
DATES = [
    {"starts": "2026-12-10T18:30", "ends": "2026-12-10T21:00"},
    {"starts": "2026-12-11T18:30", "ends": "2026-12-11T21:00"},
]
OPEN_FOR = timedelta(days=7)

NewPoll = Callable[..., Poll]


def poll_draft(group: Group, now: datetime, **fields: Any) -> PollDraft:
    said = {"group_id": group.id, "question": "What next?", "kind": "pick", "closes_at": now + OPEN_FOR}
    options = DATES if fields.get("kind") == "dates" else THINGS
    return PollDraft.model_validate(said | {"options": options} | fields)


def given_poll(session: Session, group: Group, maker: UUID, now: datetime, **fields: Any) -> Poll:
    """A poll that voters may add to; `maker` belongs to the group."""
    draft = poll_draft(group, now, **{"voters_add": True} | fields)
    return open_poll(session, draft, caller=Caller("members", maker), zone=LONDON, now=now)


def say(session: Session, poll: Poll, who: Caller, now: datetime, *choices: int, **fields: Any) -> None:
    """Vote for the options at these places; `dates` says of each date in order, None for nothing."""
    ids = [option.id for option in options_of(poll)]
    dates = {ids[at]: said for at, said in enumerate(fields.get("dates", ())) if said is not None}
    draft = VoteDraft(
        choices=[ids[at] for at in choices], dates=dates, can_host=[ids[at] for at in fields.get("hosts", ())]
    )
    vote(session, poll.id, draft, caller=who, now=now)


def options_of(poll: Poll) -> list[Any]:
    """The options in the order in which they were asked."""
    asked = [each["words"] for each in THINGS]
    return sorted(poll.options, key=lambda it: (str(it.starts), asked.index(it.words) if it.words in asked else 99))


def counts(session: Session, poll: Poll) -> list[int]:
    """The votes of each option by now, in the order in which they were asked."""
    yes = {line.option: line.yes for line in count(session, poll).lines}
    return [yes[str(option.id)] for option in options_of(poll)]

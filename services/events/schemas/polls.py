from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from services.events.models import Poll, PollOption, PollVote
from services.events.schemas.ideas import Sentence
from services.events.schemas.words import SOME_ID, WallTime, Zone, example
from services.events.tally import Free, PollKind, shown_order

FEWEST_OPTIONS = 2
MOST_OPTIONS = 30
MOST_VOTERS = 100_000

AtLeastOne = Annotated[int, Field(ge=1, le=MOST_VOTERS)]
SomeOptions = Annotated[list[UUID], Field(max_length=MOST_OPTIONS)]


class OptionDraft(BaseModel):
    """Something to choose: words, an idea of the group, or a date. `most` is how many may choose it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Sentence | None = None
    idea_id: UUID | None = None
    starts: WallTime | None = None
    ends: WallTime | None = None
    most: AtLeastOne | None = None

    @property
    def is_date(self) -> bool:
        """Whether it says when, and nothing else."""
        return self.starts is not None and self.ends is not None and self.words is None and self.idea_id is None

    @property
    def is_thing(self) -> bool:
        """Whether it says what, and nothing else."""
        return (self.words is None) != (self.idea_id is None) and self.starts is None and self.ends is None


class PollDraft(BaseModel):
    """A question to a group, and until when it can be answered.

    `needs` is how many yes an option needs to win. `needs_host`: a date wins only if somebody can host it. What a
    secret poll comes to is hidden until it closes.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=example(
            {
                "group_id": SOME_ID,
                "question": "When shall we walk?",
                "kind": "dates",
                "options": [
                    {"starts": "2027-01-14T18:30", "ends": "2027-01-14T20:00"},
                    {"starts": "2027-01-15T18:30", "ends": "2027-01-15T20:00"},
                ],
                "closes_at": "2027-01-07T20:00:00Z",
                "needs_host": True,
            }
        ),
    )

    group_id: UUID
    question: Sentence
    kind: PollKind
    options: Annotated[list[OptionDraft], Field(min_length=FEWEST_OPTIONS, max_length=MOST_OPTIONS)]
    closes_at: AwareDatetime
    timezone: Zone | None = None
    is_secret: bool = False
    hides_results: bool = False
    voters_add: bool = False
    needs_host: bool = False
    needs: AtLeastOne | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        is_dates = self.kind is PollKind.DATES
        if not all(each.is_date if is_dates else each.is_thing for each in self.options):
            raise ValueError("give each option of a date poll a start and an end, and of any other words or an idea")
        if len(set(self.options)) < len(self.options):
            raise ValueError("the same option is there twice")
        if is_dates and self.is_secret:
            raise ValueError("dates cannot be secret: those who say yes to the one that wins are signed up for it")
        if self.needs_host and not is_dates:
            raise ValueError("only a date can need a host")
        if self.kind is PollKind.RANK and any(each.most for each in self.options):
            raise ValueError("who ranks chooses all, so no option of a ranking can be full")
        return self


class VoteDraft(BaseModel):
    """An answer. `choices`: one to pick, any to approve, the best first to rank. A date left out is not answered."""

    model_config = ConfigDict(extra="forbid")

    choices: SomeOptions = []
    dates: Annotated[dict[UUID, Free], Field(max_length=MOST_OPTIONS)] = {}
    can_host: SomeOptions = []


class OptionView(BaseModel):
    """Something to choose, and what became of it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    words: str
    starts: WallTime | None
    ends: WallTime | None
    most: int | None
    idea_id: UUID | None
    activity_id: UUID | None


class LineView(BaseModel):
    """An option's counts. Whose they are is shown to nobody."""

    model_config = ConfigDict(from_attributes=True)

    option: UUID
    yes: int
    if_need_be: int
    no: int
    unanswered: int
    hosts: int


class ResultView(BaseModel):
    """What a poll came to, or comes to by now. Several winners are level."""

    model_config = ConfigDict(from_attributes=True)

    lines: list[LineView]
    winners: list[UUID]
    cast: int
    words: str


@dataclass(frozen=True)
class VoterStanding:
    """How a member stands to a poll: their open vote, whether they voted at all, and what they may see of it."""

    vote: PollVote | None
    voted: bool
    undecided: int
    result: Mapping[str, Any] | None


class PollOwn(BaseModel):
    """What a poll is to everybody who may see it."""

    id: UUID
    group_id: UUID
    question: str
    kind: PollKind
    timezone: str
    closes_at: AwareDatetime
    closed_at: AwareDatetime | None
    is_secret: bool
    hides_results: bool
    voters_add: bool
    needs_host: bool
    needs: int | None


class PollView(PollOwn):
    """A poll as a member sees it, the options in an order of their own. `words` say what to know before voting.

    `undecided` counts the members who have not voted. `result` is null while it is hidden, `your_vote` of a secret one
    always.
    """

    options: list[OptionView]
    is_open: bool
    is_yours: bool
    voted: bool
    your_vote: VoteDraft | None
    undecided: int
    result: ResultView | None
    words: str

    @classmethod
    def of(cls, poll: Poll, standing: VoterStanding, member_id: UUID | None, now: datetime) -> Self:
        """A poll to a member of its group. Dates stay in their order; what can be liked is shuffled."""
        by_date = poll.counts_as is PollKind.DATES
        options = sorted(poll.options, key=_in_time if by_date else lambda it: shown_order(str(it.id), str(member_id)))
        return cls(
            **{name: getattr(poll, name) for name in PollOwn.model_fields},
            options=[OptionView.model_validate(each) for each in options],
            is_open=poll.is_open(now),
            is_yours=poll.made_by is not None and poll.made_by == member_id,
            voted=standing.voted,
            your_vote=None if standing.vote is None else VoteDraft.model_validate(standing.vote, from_attributes=True),
            undecided=standing.undecided,
            result=None if standing.result is None else ResultView.model_validate(standing.result),
            words=words_before(poll) if poll.is_open(now) else "",
        )


def words_before(poll: Poll) -> str:
    """What to know before voting."""
    if poll.is_secret:
        return "Your vote is secret: nobody can find it again, so it cannot be changed or taken out, by you neither."
    shown = "What it comes to is shown when it closes. " if poll.hides_results else ""
    return f"{shown}You can change your answer until it closes. It is counted, and nobody is shown that it is yours."


def _in_time(option: PollOption) -> bytes:
    return str(option.starts).encode()

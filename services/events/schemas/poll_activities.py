from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.events.errors.programme import TimeUnusable
from services.events.models import Poll, PollOption
from services.events.repeats import Repeat
from services.events.schemas.activities import ActivityDraft, Capacity
from services.events.schemas.cards import Card
from services.events.schemas.words import Place, Summary, Title, WallTime


class MakeActivity(BaseModel):
    """The activity to make of what won. A date that won is when it is; otherwise say when.

    Without a title it is the option's words, or the poll's question.
    """

    model_config = ConfigDict(extra="forbid")

    option_id: UUID
    title: Title | None = None
    summary: Summary = ""
    place: Place = ""
    starts: WallTime | None = None
    ends: WallTime | None = None
    repeat: Repeat | None = None
    capacity: Capacity | None = None
    card: Card = Card()

    def of(self, poll: Poll, option: PollOption) -> ActivityDraft:
        """What a member would say who began it by hand. Raises TimeUnusable where nobody said when."""
        starts, ends = option.starts or self.starts, option.ends or self.ends
        if starts is None or ends is None:
            raise TimeUnusable("Say when it `starts` and when it `ends`.")
        return ActivityDraft(
            group_id=poll.group_id,
            title=self.title or option.words or poll.question,
            summary=self.summary,
            place=self.place,
            starts=starts,
            ends=ends,
            timezone=poll.timezone,
            repeat=self.repeat,
            capacity=self.capacity,
            card=self.card,
        )


class MadeView(BaseModel):
    """What was made: the activity, how many have a place on its first date already, and how many wait for one."""

    activity_id: UUID
    signed_up: int
    waiting: int

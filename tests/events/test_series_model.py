"""Any sequence of edits, cancellations, returns and changes by hand, against a simple model and dateutil."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from services.events.models import Activity, Group, Occurrence
from services.events.schemas.programme import OccurrenceEdit
from services.events.schemas.series import SeriesEdit
from services.events.use_cases.programme import cancel_occurrence, change_occurrence, restore_occurrence
from services.events.use_cases.series import change_series
from shared.auth import Caller
from tests.events.activity_builders import WEEKS, dates_of, given_activity, member_of
from tests.events.builders import LONDON

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
FIRST = datetime(2026, 11, 26, 18, 30)
FEWEST, MOST = 1, 12
repeats = st.fixed_dictionaries(
    {
        "every": st.sampled_from(["week", "month_by_day", "month_by_weekday"]),
        "interval": st.integers(1, 3),
        "count": st.integers(FEWEST, MOST),
    }
)


def by_dateutil(first: datetime, repeat: dict[str, Any]) -> set[str]:
    week = (first.day - 1) // 7 + 1
    by_weekday = {"byweekday": weekday(first.weekday(), week if week < 5 else -1)}
    dates = rrule(
        WEEKLY if repeat["every"] == "week" else MONTHLY,
        dtstart=first,
        interval=repeat["interval"],
        count=repeat["count"],
        **(by_weekday if repeat["every"] == "month_by_weekday" else {}),
    )
    return {when.isoformat() for when in dates}


@dataclass
class Model:
    """What there should be: the slots of the plan, who was called off by hand, and who was given a title by hand."""

    session: Session
    activity: Activity
    host: Caller
    plan: set[str]
    off: set[UUID] = field(default_factory=set)
    titled: set[UUID] = field(default_factory=set)
    ever: set[UUID] = field(default_factory=set)

    def on(self) -> list[Occurrence]:
        found = dates_of(self.session, self.activity.id)
        return sorted(
            (each for each in found if each.slot in self.plan and not each.is_cancelled), key=lambda it: it.slot
        )

    def by_hand(self, act: Callable[..., Occurrence], found: Occurrence, *more: Any) -> UUID:
        return act(self.session, found.id, *more, caller=self.host, now=NOW).id

    def step(self, data: st.DataObject) -> None:
        on = self.on()
        if not on:
            return
        one = data.draw(st.sampled_from(on), "which")
        match data.draw(st.sampled_from(["cancel", "restore", "title", "hour", "rule"]), "what"):
            case "cancel":
                self.off.add(self.by_hand(cancel_occurrence, one))
            case "restore":
                back = [
                    each for each in dates_of(self.session, self.activity.id) if each.id in self.off & self.planned()
                ]
                self.off -= {self.by_hand(restore_occurrence, each) for each in back[:1]}
            case "title":
                self.titled.add(self.by_hand(change_occurrence, one, OccurrenceEdit(title="By hand")))
            case "hour":
                self.change_hour(
                    one, datetime.combine(datetime.fromisoformat(one.slot), time(data.draw(st.integers(0, 23)), 45))
                )
            case "rule":
                shift = timedelta(days=data.draw(st.integers(-2, 5)))
                self.change_rule(one, datetime.fromisoformat(one.slot) + shift, data.draw(repeats))

    def planned(self) -> set[UUID]:
        return {each.id for each in dates_of(self.session, self.activity.id) if each.slot in self.plan}

    def change_hour(self, one: Occurrence, starts: datetime) -> None:
        before, moved = self._parted(one)
        self._change(one, starts=starts, ends=starts + timedelta(hours=1), title="Renamed")
        self.plan = before | {f"{slot[:10]}T{starts:%H:%M:%S}" for slot in moved}

    def change_rule(self, one: Occurrence, starts: datetime, repeat: dict[str, Any]) -> None:
        if starts <= NOW.replace(tzinfo=None):
            return
        before, _ = self._parted(one)
        self._change(one, starts=starts, repeat=repeat)
        self.plan = before | by_dateutil(starts, repeat)

    def _parted(self, one: Occurrence) -> tuple[set[str], set[str]]:
        before = {slot for slot in self.plan if slot < one.slot}
        return before, self.plan - before

    def _change(self, one: Occurrence, **fields: Any) -> None:
        edit = SeriesEdit.model_validate({"reach": "later", "occurrence_id": one.id} | fields)
        change_series(self.session, self.activity.id, edit, caller=self.host, zone=LONDON, weeks=WEEKS, now=NOW)

    def check(self) -> None:
        self.session.expire_all()
        found = dates_of(self.session, self.activity.id)
        slots = [each.slot for each in found]
        assert len(set(slots)) == len(slots)
        assert self.plan <= set(slots)
        assert {each.slot for each in found if not each.is_cancelled} == {
            each.slot for each in found if each.slot in self.plan and each.id not in self.off
        }
        ids = {each.id for each in found}
        assert self.ever <= ids
        self.ever = ids
        assert all(each.title == "By hand" for each in found if each.id in self.titled)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_is_lost_doubled_or_on_again_after_any_edits(session: Session, group: Group, data: st.DataObject):
    host = member_of(session, group)
    repeat = data.draw(repeats)
    activity = given_activity(session, host, group, NOW, repeat=repeat)
    model = Model(session, activity, host, by_dateutil(FIRST, repeat))
    for _ in range(data.draw(st.integers(1, 6))):
        model.step(data)
        model.check()

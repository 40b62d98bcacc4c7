"""A look at all dates of an activity: against dateutil, and what was done by hand."""

from collections.abc import Sequence
from datetime import datetime

from tests.year.book import ActivityBook
from tests.year.rows import DateRow
from tests.year.rules import instant
from tests.year.watch import Promise, Watch


def check_series(watch: Watch, activity: ActivityBook, rows: Sequence[DateRow]) -> None:
    slots = [row.slot for row in rows]
    watch.check(Promise.ONCE, len(set(slots)) == len(slots), f"{sorted(slots)}")
    lost = activity.dates.keys() - {row.id for row in rows}
    watch.check(Promise.THERE, not lost, f"{[activity.dates[each].row for each in lost]}")
    watch.check(
        Promise.THERE, activity.slots <= set(slots), f"{sorted(activity.slots - set(slots))} of {activity.rule}"
    )
    on = {row.slot for row in rows if not row.is_off}
    wanted = {row.slot for row in rows if row.slot in activity.slots and row.id not in activity.off}
    watch.check(Promise.ON, on == wanted, f"{sorted(on ^ wanted)} of {activity.rule}, on {sorted(on)}")
    for row in rows:
        if not row.is_off and row.id not in activity.moved_by_hand:
            watch.check(Promise.CLOCK, row.starts_at == instant(datetime.fromisoformat(row.slot)), f"{row}")

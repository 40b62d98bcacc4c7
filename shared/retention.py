"""How long a table keeps its rows. Every table says so beside its columns, and is swept by what it says.

`__table_args__ = {"info": kept_for(days=30, since="sent_at")}`
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

KEPT = "kept"


@dataclass(frozen=True)
class Kept:
    """A table's class. `since` is the column a row's age counts from; without one, rows end by what `why` says.

    Where `by` names a column, `since` is one of another table, whose id is in `by`: `occurrences.ends_at`.
    """

    why: str
    age: timedelta | None = None
    since: str | None = None
    by: str | None = None


def kept_for(*, days: float, since: str, by: str | None = None, why: str = "of use for so long") -> dict[str, Any]:
    """Rows are swept when `since` is so many days ago; with `by`, also when the row that it names is gone."""
    return {KEPT: Kept(why, timedelta(days=days), since, by)}


def kept_while_member() -> dict[str, Any]:
    """Rows are about a member, and go with them: erasure deletes them."""
    return {KEPT: Kept("while its member is with us")}


def kept_while_used(why: str) -> dict[str, Any]:
    """Rows are about nobody, or end otherwise; `why` says how."""
    return {KEPT: Kept(why)}

"""Lists come in pages: `items`, and `next`, a cursor to pass back as `after`."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.errors import Invalid

LONGEST_PAGE = 200

Key = InstrumentedAttribute[Any]


class Page[T](BaseModel):
    """Some of a list. `next` is null on the last page."""

    items: list[T]
    next: str | None = None


def page_of[R](
    session: Session,
    query: Select[R],
    keys: Sequence[Key],
    *,
    after: str | None,
    limit: int,
    newest_first: bool = False,
) -> tuple[list[R], str | None]:
    """One page in the order of `keys` (or against it), which together are unique, and the cursor of the next.

    A cursor names the last row seen, not a number of rows to skip: rows that come and go meanwhile do no harm.
    """
    limit = max(1, min(limit, LONGEST_PAGE))
    if after:
        here, bound = tuple_(*keys), tuple_(*_bound(keys, after))
        query = query.where(here < bound if newest_first else here > bound)
    order = [key.desc() for key in keys] if newest_first else keys
    rows = list(session.scalars(query.order_by(*order).limit(limit + 1)))
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], _cursor([getattr(rows[limit - 1], key.key) for key in keys])


def _cursor(values: Sequence[Any]) -> str:
    return urlsafe_b64encode(json.dumps([str(value) for value in values]).encode()).decode().rstrip("=")


def _bound(keys: Sequence[Key], cursor: str) -> list[ColumnElement[Any]]:
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_value(key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError) as error:
        raise Invalid("`after` must be a `next` from this list. Start again without it.") from error


def _value(key: Key, value: str) -> Any:
    """A cursor's part in its column's own type; ValueError if it is not one."""
    kind = key.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    return UUID(value) if kind is UUID else kind(value)

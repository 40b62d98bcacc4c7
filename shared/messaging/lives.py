"""From one life of a log to another: how far what was applied of the one is the beginning of the other."""

from shared.messaging.log import LogPage
from shared.messaging.tables import Cursor


def follow(cursor: Cursor, page: LogPage) -> None:
    """Put a cursor to where it goes on in the life of the log that a page is from.

    Lives that are known on both sides tell how much of this one was applied, even when a restore brought an older one
    back, or two were tried in turn.
    """
    applied = _applied(cursor)
    same = {str(epoch): position for epoch, position in page.former.items()}
    here = same | {str(page.epoch): page.head}
    common = [min(position, here[epoch]) for epoch, position in applied.items() if epoch in here]
    position = max(common, default=min(cursor.position, page.epoch_start))
    if cursor.epoch is None or position + 1 < page.oldest:
        position = page.epoch_start  # What lies before it was told again after it.
    cursor.epoch, cursor.position = page.epoch, position
    cursor.lives = {"applied": applied, "same": same}


def _applied(cursor: Cursor) -> dict[str, int]:
    """Up to which position each life was applied: those followed before, this one, and what it has in common."""
    applied: dict[str, int] = dict(cursor.lives.get("applied", {}))
    if cursor.epoch is not None:
        here = {epoch: min(cursor.position, upto) for epoch, upto in cursor.lives.get("same", {}).items()}
        for epoch, position in {**here, str(cursor.epoch): cursor.position}.items():
            applied[epoch] = max(position, applied.get(epoch, 0))
    return applied

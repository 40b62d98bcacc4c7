"""From one life of a log to another: how far what was applied of the one is the beginning of the other."""

from collections.abc import Mapping

from shared.messaging.log import LogPage
from shared.messaging.tables import Cursor


def follow(cursor: Cursor, page: LogPage, applied: Mapping[str, int]) -> None:
    """Put a cursor to where it goes on in the life of the log that a page is from.

    `applied` says up to which position each life was applied that was ever followed. Lives that are known on both sides
    tell how much of this one was applied, even when a restore brought an older one back, or two were tried in turn.
    """
    same = {str(epoch): position for epoch, position in page.former.items()} | {str(page.epoch): page.head}
    common = [min(position, same[epoch]) for epoch, position in applied.items() if epoch in same]
    position = max(common, default=min(cursor.position, page.epoch_start))
    if not applied or position + 1 < page.oldest:
        position = page.epoch_start  # What lies before it was told again after it.
    before = {epoch: min(position, upto) for epoch, upto in same.items()}
    cursor.former = {epoch: max(before.get(epoch, 0), applied.get(epoch, 0)) for epoch in {*before, *applied}}
    cursor.epoch, cursor.position = page.epoch, position

"""When a group has decided: the one rule for every motion."""

from enum import StrEnum

FEWEST_VOTES = 3


class State(StrEnum):
    """What has become of a motion."""

    OPEN = "open"
    CARRIED = "carried"
    LOST = "lost"


def state_of(yes: int, no: int, electorate: int, *, closed: bool) -> State:
    """What `yes` and `no` of so many who may vote decide.

    More than half of all carry a motion at once, and once that is out of reach it is lost. When the voting is `closed`,
    more yes than no carry it, if three have voted, or all where there are fewer.
    """
    if 2 * yes > electorate:
        return State.CARRIED
    if 2 * (electorate - no) <= electorate:
        return State.LOST
    if not closed:
        return State.OPEN
    enough = yes + no >= min(FEWEST_VOTES, electorate)
    return State.CARRIED if enough and yes > no else State.LOST

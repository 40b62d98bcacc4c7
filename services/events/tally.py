"""Counting a poll. It knows ballots and options by their ids, and nobody who cast them.

Pick and approve: the most votes win. Rank: instant runoff. While no option has more than half of the ballots that
still name one, all that have the fewest first places go at once; when those left are level, that is the result.
Dates: the most who can come at all, then the most who can well. Level is level: a tie is shown, never broken.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

RANKED_BEFORE = ">"


class PollKind(StrEnum):
    """How a poll is answered."""

    PICK = "pick"
    APPROVE = "approve"
    RANK = "rank"
    DATES = "dates"


class Free(StrEnum):
    """Whether somebody can come on a date. To say nothing is not to say no."""

    YES = "yes"
    IF_NEED_BE = "if_need_be"
    NO = "no"


@dataclass(frozen=True)
class Line:
    """An option's counts. `yes` are its votes; of a ranked one, those it had when it went or the counting ended."""

    option: str
    yes: int
    if_need_be: int = 0
    no: int = 0
    unanswered: int = 0
    hosts: int = 0


@dataclass(frozen=True)
class Result:
    """What a poll came to: its counts, every option that won, and in words why none did or that several are level."""

    lines: Sequence[Line]
    winners: Sequence[str]
    cast: int
    words: str


def keys_of(kind: PollKind, choices: Sequence[str]) -> Sequence[str]:
    """What a ballot adds one to: each option it names, or its whole ranking."""
    return [RANKED_BEFORE.join(choices)] if kind is PollKind.RANK and choices else choices


def count_choices(options: Sequence[str], votes: Mapping[str, int], cast: int, needs: int | None) -> Result:
    """Pick and approve, from the votes for each option."""
    lines = [Line(option, votes.get(option, 0)) for option in options]
    return _result(lines, lines, cast, needs, lambda line: (line.yes,))


def count_ranks(options: Sequence[str], ballots: Mapping[str, int], cast: int, needs: int | None) -> Result:
    """Instant runoff, from how many cast each ranking."""
    ranked = {tuple(ballot.split(RANKED_BEFORE)): many for ballot, many in ballots.items()}
    left, votes = set(options), dict.fromkeys(options, 0)
    while left:
        firsts = _firsts(ranked, left)
        votes |= firsts
        fewest, most = min(firsts.values()), max(firsts.values())
        if 2 * most > sum(firsts.values()) or fewest == most:
            break
        left -= {option for option in left if firsts[option] == fewest}
    lines = [Line(option, votes[option]) for option in options]
    return _result(lines, [line for line in lines if line.option in left], cast, needs, lambda line: (line.yes,))


def count_dates(
    options: Sequence[str],
    answers: Collection[Mapping[str, str]],
    hosts: Iterable[str],
    *,
    needs: int | None,
    needs_host: bool,
) -> Result:
    """Dates, from what each voter said of those that they spoke of, and the dates that somebody can host.

    `hosts` names a date once for each who can.
    """
    hosting = Counter(hosts)
    lines = [_date_line(option, answers, hosting[option]) for option in options]
    able = [line for line in lines if line.hosts or not needs_host]
    result = _result(lines, able, len(answers), needs, lambda line: (line.yes + line.if_need_be, line.yes))
    if answers and not able:
        return Result(lines, (), len(answers), "No date won: for none of them did anybody say that they can host.")
    return result


def _firsts(ranked: Mapping[tuple[str, ...], int], left: Collection[str]) -> dict[str, int]:
    """How many ballots put each of those left before the others left."""
    firsts = dict.fromkeys(left, 0)
    for ballot, many in ranked.items():
        first = next((option for option in ballot if option in left), None)
        if first is not None:
            firsts[first] += many
    return firsts


def _date_line(option: str, answers: Collection[Mapping[str, str]], hosts: int) -> Line:
    said = Counter(answer.get(option) for answer in answers)
    return Line(option, said[Free.YES], said[Free.IF_NEED_BE], said[Free.NO], said[None], hosts)


def _result(
    lines: Sequence[Line],
    able: Sequence[Line],
    cast: int,
    needs: int | None,
    rank: Callable[[Line], tuple[int, ...]],
) -> Result:
    """The best of those that are able to win and have what they need."""
    enough = [line for line in able if any(rank(line)) and line.yes >= (needs or 0)]
    best = max(map(rank, enough), default=None)
    winners = [line.option for line in enough if rank(line) == best]
    return Result(lines, winners, cast, _words(len(winners), cast, needs))


def _words(winners: int, cast: int, needs: int | None) -> str:
    if winners == 1:
        return ""
    if winners:
        return f"{winners} are level, and each of them could be it."
    if not cast:
        return "Nobody answered, so nothing won."
    return f"Nothing won: none has the {needs} yes that it needs." if needs else "Nothing won: nobody said yes to any."


def shown_order(option: str, voter: str) -> bytes:
    """Where an option stands for a voter: elsewhere for each of them, and always the same for one."""
    return sha256(f"{voter} {option}".encode()).digest()

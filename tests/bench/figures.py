"""What was measured: a list of figures, from which both the table and the file are made."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["at least", "at most", "exactly"]
SIGNS: dict[Kind, str] = {"at least": ">=", "at most": "<=", "exactly": "="}
TITLES = ("", "value", "unit", "goal", "floor", "ratio", "")


@dataclass(frozen=True)
class Goal:
    """What a figure should be. `of_ratio`: it is the ratio to the floor that should."""

    kind: Kind
    number: float
    of_ratio: bool = False

    def __str__(self) -> str:
        return f"{'ratio ' if self.of_ratio else ''}{SIGNS[self.kind]} {shown(self.number)}"

    def is_met(self, number: float) -> bool:
        if self.kind == "exactly":
            return number == self.number
        return number >= self.number if self.kind == "at least" else number <= self.number


@dataclass(frozen=True)
class Figure:
    """One figure. `floor` is what the same machine did in the same run with nothing of ours in the way."""

    name: str
    value: float
    unit: str
    goal: Goal | None = None
    floor: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    @property
    def judged(self) -> float | None:
        """The number that the goal speaks of."""
        return self.ratio if self.goal is not None and self.goal.of_ratio else self.value

    @property
    def ok(self) -> bool | None:
        """Whether the goal is met; None when there is none."""
        if self.goal is None:
            return None
        return self.judged is not None and self.goal.is_met(self.judged)

    @property
    def missed_by(self) -> str:
        """In words, for who reads the end of a log."""
        assert self.goal is not None
        if self.judged is None:
            return f"{self.name}: there is no floor to measure it by"
        off = f" ({self.judged / self.goal.number - 1:+.0%})" if self.goal.number else ""
        return f"{self.name}: {shown(self.judged)}, and the goal is {self.goal}{off}"

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "value": rounded(self.value),
            "unit": self.unit,
            "goal": None if self.goal is None else str(self.goal),
            "floor": None if self.floor is None else rounded(self.floor),
            "ratio": None if self.ratio is None else rounded(self.ratio),
            "ok": self.ok,
        }


def at_least(number: float, *, of_ratio: bool = False) -> Goal:
    return Goal("at least", number, of_ratio)


def at_most(number: float, *, of_ratio: bool = False) -> Goal:
    return Goal("at most", number, of_ratio)


def exactly(number: float) -> Goal:
    return Goal("exactly", number)


def table(items: Sequence[dict[str, object]]) -> str:
    """What is in the file, for people."""
    rows = [TITLES, *(_row(item) for item in items)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(TITLES))]
    return "\n".join(_line(row, widths) for row in rows)


def write(figures: Iterable[Figure], path: Path) -> list[dict[str, object]]:
    """Write the file, and return what is in it."""
    items = [figure.as_json() for figure in figures]
    path.write_text(json.dumps(items, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return items


def rounded(number: float) -> float:
    """Four digits that count: no run repeats the fifth."""
    return float(f"{number:.4g}") if abs(number) < 10_000 else round(number)


def shown(number: object) -> str:
    if not isinstance(number, (int, float)):
        return ""
    return f"{rounded(number):,.10g}"


def _row(item: dict[str, object]) -> tuple[str, ...]:
    verdict = {True: "ok", False: "MISSED", None: ""}[item["ok"]]  # type: ignore[index]  # a bool or None
    goal = str(item["goal"] or "")
    numbers = {name: shown(item[name]) for name in ("value", "floor", "ratio")}
    return (
        str(item["name"]),
        numbers["value"],
        str(item["unit"]),
        goal,
        numbers["floor"],
        numbers["ratio"],
        verdict,
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    left = {0, 2, 3, 6}
    cells = (
        cell.ljust(width) if column in left else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()

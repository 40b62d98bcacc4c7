"""Showing, moving and cancelling single dates."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from deploy.local.ids import known_id
from deploy.local.operator_api import OperatorApi
from deploy.local.refusal import Refusal

SCOPE = "programme:write"


def list_occurrences(data: Path | None, group: str | None, until: str | None) -> None:
    params: dict[str, Any] = {"limit": 100}
    params |= {"group": group} if group else {}
    params |= {"until": with_offset("--until", until)} if until else {}
    found = False
    for occurrence in OperatorApi("events", data).pages("/occurrences", SCOPE, **params):
        found = True
        print(line(occurrence))
    if not found:
        print("Nothing is on. `afterhours import programme` brings in a calendar.")


def move_occurrence(data: Path | None, occurrence: str, to: str, until: str | None, place: str | None) -> None:
    change = {"starts": wall_time("--to", to)}
    change |= {"ends": wall_time("--until", until)} if until else {}
    change |= {"place": place} if place is not None else {}
    moved = OperatorApi("events", data).ask("PATCH", f"/occurrences/{_known(occurrence)}", SCOPE, json=change)
    print(f"Moved: {line(moved)}")


def cancel_occurrence(data: Path | None, occurrence: str) -> None:
    path = f"/occurrences/{_known(occurrence)}/cancellation"
    print(f"Cancelled: {line(OperatorApi('events', data).ask('POST', path, SCOPE))}")


def line(occurrence: dict[str, Any]) -> str:
    """One occurrence in a line, its time as its wall clock shows it."""
    starts = datetime.fromisoformat(occurrence["starts"])
    when = f"{starts:%a %d %b %Y}" + ("" if occurrence.get("all_day") else f" {starts:%H:%M}")
    places = f"/{occurrence['capacity']}" if occurrence.get("capacity") is not None else ""
    words = [
        occurrence["id"],
        when,
        occurrence["title"],
        occurrence.get("place") or "",
        f"{occurrence['going']}{places} going",
    ]
    words += ["cancelled"] if occurrence["status"] == "cancelled" else []
    return "  ".join(word for word in words if word)


def _known(occurrence: str) -> UUID:
    return known_id(occurrence, "an occurrence", "`afterhours occurrences list` shows them.")


def wall_time(option: str, text: str) -> str:
    """A time as a clock on the wall shows it; an offset would say something about the place that nobody asked."""
    time = parsed(option, text)
    if time.tzinfo is not None:
        raise Refusal(f"{option} is local time: write {time:%Y-%m-%dT%H:%M}, without an offset.", code=2)
    return time.isoformat()


def with_offset(option: str, text: str) -> str:
    return parsed(option, text).astimezone().isoformat()


def parsed(option: str, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"{option} {text!r} is not a time. Write it like '2026-12-03 19:00'.", code=2) from error

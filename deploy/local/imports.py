"""Bringing in members and programmes, and saying what came of it."""

import csv
import io
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

from deploy.local.input_files import read_input
from deploy.local.operator_api import OperatorApi, Refused
from deploy.local.private_files import write_private
from deploy.local.refusal import Refusal

PROBLEMS_SHOWN = 20
BYTE_ORDER_MARK = "\ufeff"
SECONDS_TO_HEAR = 2.0


def import_members(file: Path, data: Path | None, *, create_groups: bool) -> None:
    content = read_input(file, "a table of members as CSV (in a spreadsheet: Save as, CSV UTF-8)")
    report = OperatorApi("members", data).ask(
        "POST",
        "/imports/members",
        "members:import",
        params={"create_groups": create_groups},
        content=content,
        headers={"Content-Type": "text/csv"},
    )
    print(f"Members: {counts(report, ('added', 'changed', 'unchanged'))}.")
    print(*report.get("notes", ()), sep="\n", end="\n" if report.get("notes") else "")
    refused: list[dict[str, Any]] = report["refused"]
    if refused:
        beside = file.with_suffix(".refused.csv")
        write_refused(beside, refused)
        first = refused[0]
        rows = "1 row was" if len(refused) == 1 else f"{len(refused)} rows were"
        raise Refusal(
            f"{rows} refused; the rest is in. The first is line {first['line']}: {first['reason']}\n"
            f"They are in {beside}, each with its reason: put them right there and import that file."
        )


def write_refused(path: Path, refused: list[dict[str, Any]]) -> None:
    """The rows as they were, and two columns more; those two are ignored when the file is imported again."""
    columns = list(dict.fromkeys(column for each in refused for column in each["row"]))
    columns = [column for column in columns if column not in {"line", "reason"}]
    # A spreadsheet takes a file without this mark for one in the machine's old alphabet.
    text = io.StringIO(BYTE_ORDER_MARK)
    text.seek(0, io.SEEK_END)
    table = csv.DictWriter(text, [*columns, "line", "reason"], extrasaction="ignore")
    table.writeheader()
    for each in refused:
        table.writerow(each["row"] | {"line": each["line"], "reason": each["reason"]})
    try:
        write_private(path, text.getvalue())
    except OSError as error:
        reasons = "; ".join(f"line {each['line']}: {each['reason']}" for each in refused)
        raise Refusal(
            f"{path} cannot be written ({error.strerror}), so here are the refused rows: {reasons}"
        ) from error


def import_programme(file: Path, data: Path | None, group: str, *, replace: bool) -> None:
    content = read_input(file, "a calendar as iCalendar (.ics)")
    report = send_programme(data, content, {"group": group, "name": file.name, "replace": replace})
    print(f"Activities: {counts(report['activities'], ('added', 'changed', 'unchanged', 'missing'))}.")
    changes = ("added", "moved", "changed", "cancelled", "restored", "unchanged")
    print(f"Occurrences: {counts(report['occurrences'], changes)}.")
    missing: list[str] = report.get("missing", [])
    if missing and not replace:
        print(f"No longer in the file, and left as they are: {', '.join(missing)}. With --replace they are cancelled.")
    problems: list[dict[str, Any]] = report["problems"]
    if problems:
        lines = [f"  line {each['line']}, {each['component']}: {each['reason']}" for each in problems[:PROBLEMS_SHOWN]]
        more = len(problems) - len(lines)
        lines += [f"  and {more} more"] if more else []
        raise Refusal("Some of it could not be used; the rest is in.\n" + "\n".join(lines))


def send_programme(data: Path | None, content: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Events hears of a new group a moment after it was made, so one it does not know is asked for again."""
    api = OperatorApi("events", data)
    headers = {"Content-Type": "text/calendar"}
    deadline = time.monotonic() + SECONDS_TO_HEAR
    while True:
        try:
            report: dict[str, Any] = api.ask(
                "POST", "/imports/programme", "programme:import", params=params, content=content, headers=headers
            )
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return report


def counts(report: dict[str, Any], names: tuple[str, ...]) -> str:
    """«3 added, 1 changed»; what is none is left out, unless all is."""
    told = [f"{report[name]} {name}" for name in names if report.get(name)]
    return ", ".join(told) or "nothing new"

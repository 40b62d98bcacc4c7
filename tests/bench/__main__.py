"""`make bench`: measure, print a table, write bench.json; the exit code is 1 when a goal is missed.

`python -m tests.bench rsvps pages` measures these parts only.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import feeds, messages, pages, people, programme, reminders, rest, rsvps, sign_ins, vault
from tests.bench.figures import Figure, exactly, table, write
from tests.bench.forum import Forum, running_forum

FILE = Path("bench.json")
ALONE: Mapping[str, Callable[[Path], list[Figure]]] = {
    "rest": rest.measure,
    "messages": messages.measure,
    "vault": vault.measure,
}
WITH_FORUM: Mapping[str, Callable[[Forum], list[Figure]]] = {
    "pages": pages.measure,
    "rsvps": rsvps.measure,
    "sign-ins": sign_ins.measure,
    "reminders": reminders.measure,
    "feeds": feeds.measure,
    "programme": programme.measure,
    # The last, because it erases some of them.
    "people": people.measure,
}
PARTS = (*ALONE, *WITH_FORUM)


def main(chosen: Sequence[str]) -> int:
    unknown = [part for part in chosen if part not in PARTS]
    if unknown:
        print(f"There is no part {unknown[0]!r}. Choose from: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    with TemporaryDirectory(prefix="afterhours-bench-") as folder:
        # PostgreSQL runs under an account of its own when we are root, and has to get through to its data.
        Path(folder).chmod(0o711)
        figures = _measured(chosen or PARTS, Path(folder))
    print(f"\n{table(write(figures, FILE))}\n")
    missed = [figure.missed_by for figure in figures if figure.ok is False]
    print(*[f"Missed: {words}." for words in missed], sep="\n", end="\n" if missed else "")
    return 1 if missed else 0


def _measured(parts: Sequence[str], folder: Path) -> list[Figure]:
    figures = [Figure("Load of the machine before it began", os.getloadavg()[0], "processes")]
    failed: list[str] = []
    for part in [part for part in ALONE if part in parts]:
        figures += _told(part, lambda part=part: ALONE[part](folder), failed)
    wanted = [part for part in WITH_FORUM if part in parts]
    if wanted:
        figures += _told("all that needs members and a programme", lambda: _with_forum(wanted, folder, failed), failed)
    return [*figures, Figure("Parts that could not be measured", len(failed), "parts", exactly(0))]


def _with_forum(parts: Sequence[str], folder: Path, failed: list[str]) -> list[Figure]:
    figures = []
    with running_forum(folder / "forum") as forum:
        for part in parts:
            figures += _told(part, lambda part=part: WITH_FORUM[part](forum), failed)
        figures.append(Figure("Memory after all of it, everything", rest.pss(forum.stack.process.pid), "MB PSS"))
    return figures


def _told(part: str, measure: Callable[[], list[Figure]], failed: list[str]) -> list[Figure]:
    """What a part measured, and how long it took. One that fails must not cost us the others."""
    _say(f"Measuring {part} (load {os.getloadavg()[0]:.1f}) …")
    begun = time.monotonic()
    try:
        figures = measure()
    except Exception as error:  # noqa: BLE001  # whatever it was, it is told, and the exit code says so too
        failed.append(part)
        figures = []
        _say(f"  could not be measured: {type(error).__name__}: {error}")
    _say(f"  {part}: {time.monotonic() - begun:.0f} s")
    return figures


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

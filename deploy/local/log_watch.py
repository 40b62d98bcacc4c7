"""What in a child's log the operator should see at once."""

import contextlib
import json
import re
from pathlib import Path

REPEAT_AFTER = 30.0
GRAVE = {"warning", "error", "critical"}
# How PostgreSQL and Valkey, and Python when it dies, say that something is wrong.
GRAVE_WORDS = (" FATAL: ", " PANIC: ", "# Fatal", "# Warning: Failed", "No space left on device")
# A time and a process, which would make the same problem look like another.
POSTGRES_PREFIX = re.compile(r"^\d{4}-\d\d-\d\d [\d:.]+ UTC \[\d+\] ")
READ_AT_MOST = 200_000
SHOWN_AT_MOST = 300


class LogWatch:
    """Reads what was added since last time; the same problem is told again only after half a minute."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = path.stat().st_size if path.exists() else 0
        self._rest = b""
        self._told: dict[str, float] = {}
        self.last_line = ""

    def problems(self, now: float) -> list[str]:
        found = []
        for line in self._new_lines():
            self.last_line = in_words(line)
            problem = self.last_line if is_grave(line) else ""
            if problem and now - self._told.get(problem, -REPEAT_AFTER) >= REPEAT_AFTER:
                self._told[problem] = now
                found.append(problem)
        return found

    def _new_lines(self) -> list[str]:
        added = b""
        with contextlib.suppress(OSError):
            # A log that was set aside for its size starts anew.
            self._offset = self._offset if self._path.stat().st_size >= self._offset else 0
            with self._path.open("rb") as log:
                log.seek(self._offset)
                added = log.read(READ_AT_MOST)
        self._offset += len(added)
        *lines, self._rest = (self._rest + added).split(b"\n")
        return [text for line in lines if (text := line.decode(errors="replace").strip())]


def is_grave(line: str) -> bool:
    return level_of(line) in GRAVE or any(words in line for words in GRAVE_WORDS)


def level_of(line: str) -> str:
    return str(fields_of(line).get("level", ""))


def in_words(line: str) -> str:
    """A JSON log line as people read it; any other line as it is."""
    fields = fields_of(line)
    if not fields:
        return POSTGRES_PREFIX.sub("", line)[:SHOWN_AT_MOST]
    told = str(fields.get("message", "")).strip().split("\n", 1)[0]
    # Of an exception the last line says what it was; the rest is in the log.
    error = str(fields.get("error", "")).strip().rsplit("\n", 1)[-1]
    extra = str(fields.get("cause", "")) or error
    return (f"{told} ({extra})" if extra else told)[:SHOWN_AT_MOST]


def fields_of(line: str) -> dict[str, object]:
    if line.startswith("{"):
        with contextlib.suppress(ValueError):
            fields = json.loads(line)
            return fields if isinstance(fields, dict) else {}
    return {}

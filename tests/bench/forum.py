"""The forum that is measured: 2,000 members and 100 evenings, brought in by the operator's own imports."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched, count
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx2

from tests.bench.http_load import HOST, request
from tests.bench.stack import NOON, Stack, running, until

MEMBERS = 2_000
EVENINGS = 100
GROUP, SLUG = "Evening forum", "evening-forum"
# As many cards as the operator asks for at once.
A_SHEAF = 150
YES = b'{"answer":"going"}'
LONDON = ZoneInfo("Europe/London")


@dataclass
class Forum:
    """A running stack with people in it. Each part of the benchmark takes evenings of its own."""

    stack: Stack
    members: list[UUID]
    _files: Iterator[int]

    def new_evenings(self, starts: Iterable[datetime]) -> list[str]:
        """Import a calendar with an evening at each of these times; their ids, in that order."""
        name = f"Programme {next(self._files)}"
        file = self.stack.data.with_name(f"{name}.ics")
        wanted = list(starts)
        file.write_text(calendar(name, wanted), encoding="utf-8")
        self.stack.command("import", "programme", str(file), "--group", SLUG)
        query = f"SELECT id FROM occurrences WHERE title ~ '^{name} evening' ORDER BY length(title), title"
        ids = [str(row[0]) for row in self.stack.read("events", query)]
        assert len(ids) == len(wanted), f"{len(ids)} of {len(wanted)} evenings are in"
        return ids

    def limit(self, occurrence: str, places: int) -> None:
        """Say how many can come."""
        self.stack.ask("PATCH", "events", f"/occurrences/{occurrence}", "programme:write", json={"capacity": places})

    def going(self, occurrence: str) -> int:
        """How many the API says are coming."""
        found: int = self.stack.ask("GET", "events", f"/occurrences/{occurrence}", "programme:write")["going"]
        return found

    def yes_of_each(self, occurrence: str, members: int) -> list[bytes]:
        """The request by which each of so many members says that they are coming."""
        path, typed = f"/api/events/occurrences/{occurrence}/rsvp", {"Content-Type": "application/json"}
        return [
            request("PUT", path, self.stack.port, typed | {"Authorization": f"Bearer {token}"}, YES)
            for token in self.stack.member_tokens(self.members[:members])
        ]

    def cards(self, members: int) -> list[str]:
        """A new card for each of so many members; the secret in its QR code."""
        ids = [str(member) for member in self.members[:members]]
        pages = [
            self.stack.ask("POST", "members", "/cards", "cards:issue", json={"member_ids": list(sheaf)})
            for sheaf in batched(ids, A_SHEAF)
        ]
        return [card["link"].partition("#card.")[2] for page in pages for card in page["items"]]

    def session(self, card: str) -> str:
        """What a device holds after a sign-in with this card."""
        url = f"http://{HOST}:{self.stack.port}/api/members/sessions"
        session: str = httpx2.post(url, json={"card": card}).raise_for_status().json()["session"]
        return session

    def wait_until_heard(self) -> None:
        """Wait until notifications has heard all that happened, so that nothing is left to do in the background."""
        until(self._all_heard, 120, "hearing everything")

    def _all_heard(self) -> bool:
        waiting = self.stack.read("events", "SELECT count(*) FROM outbox WHERE position IS NULL")
        coming = self.stack.read("events", "SELECT count(*) FROM rsvps WHERE answer = 'going'")
        heard = self.stack.read("notifications", "SELECT count(*) FROM going")
        return waiting == [(0,)] and coming == heard


@contextmanager
def running_forum(data: Path) -> Iterator[Forum]:
    """Start a stack and bring everybody in; it is theirs once each has their welcome."""
    with running(data, NOON) as stack:
        stack.command("groups", "add", GROUP, "--slug", SLUG)
        file = data.with_name("members.csv")
        file.write_text(roster(), encoding="utf-8")
        stack.command("import", "members", str(file))
        until(lambda: stack.sent(limit=0)["count"] == MEMBERS, 180, "welcoming everybody")
        ids = [row[0] for row in stack.read("members", "SELECT id FROM members ORDER BY id")]
        forum = Forum(stack, ids, count(1))
        first = stack.now().replace(hour=18, minute=30, second=0, microsecond=0) + timedelta(days=3)
        evenings = forum.new_evenings(first + timedelta(days=number) for number in range(EVENINGS))
        forum.limit(evenings[0], 200)
        yield forum


def roster() -> str:
    rows = [f"Member {number},member{number}@example.org,{GROUP},email" for number in range(1, MEMBERS + 1)]
    return "\n".join(["name,email,groups,channel", *rows]) + "\n"


def calendar(name: str, starts: Iterable[datetime]) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//A charity//EN"]
    for number, each in enumerate(starts):
        wall = each.astimezone(LONDON)
        slug = re.sub(r"\W+", "-", name.lower())
        lines += [
            "BEGIN:VEVENT",
            f"UID:{slug}-{number}@example.org",
            "DTSTAMP:20261101T000000Z",
            f"DTSTART;TZID=Europe/London:{wall:%Y%m%dT%H%M%S}",
            f"DTEND;TZID=Europe/London:{wall + timedelta(hours=2):%Y%m%dT%H%M%S}",
            f"SUMMARY:{name} evening {number}",
            "DESCRIPTION:Bring a friend. Tea and biscuits from half past six\\, games from seven.",
            "LOCATION:The hub\\, 12 Mill Street",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])

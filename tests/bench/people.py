"""What members may ask for: a copy of all that is held on them, and to be erased; each for a few with a long history."""

import io
import re
import time
import zipfile
from datetime import timedelta
from statistics import median

import httpx2

from shared.export import Export
from shared.export_file import EXPORTED
from tests.bench.figures import Figure, at_most
from tests.bench.forum import Forum
from tests.bench.http_load import HOST, load
from tests.bench.stack import until

PEOPLE = 5
# Each is an answer, somebody who is coming, and two reminders: rows of two services.
EVENINGS = 60
ROWS = 200
TOKEN = re.compile(r'name="token" value="([^"]+)"')
COPY_SECONDS, ERASED_SECONDS = 60, 300


def measure(forum: Forum) -> list[Figure]:
    _live(forum)
    sessions = [forum.session(card) for card in forum.cards(PEOPLE)]
    copies = [_copy_seconds(forum, session) for session in sessions]
    erasures = [_erasure_seconds(forum, session) for session in sessions]
    return [
        *_figures(f"A copy of {ROWS} rows and more on a member", copies, COPY_SECONDS),
        *_figures("An erasure, until every service has answered", erasures, ERASED_SECONDS),
    ]


def _figures(name: str, seconds: list[float], goal: int) -> list[Figure]:
    return [
        Figure(name, median(seconds), "s", at_most(goal)),
        Figure(f"{name}, the longest of {len(seconds)}", max(seconds), "s", at_most(goal)),
    ]


def _live(forum: Forum) -> None:
    """Each of the first members comes to many evenings."""
    first = forum.stack.now().replace(hour=18, minute=30, second=0, microsecond=0) + timedelta(days=3)
    evenings = forum.new_evenings(first + timedelta(days=number) for number in range(EVENINGS))
    answers = [answer for evening in evenings for answer in forum.yes_of_each(evening, PEOPLE)]
    load(forum.stack.port, answers, PEOPLE, once=True).require(200)
    forum.wait_until_heard()


def _copy_seconds(forum: Forum, session: str) -> float:
    """From the button on the member's own page to the whole file."""
    with httpx2.Client(base_url=f"http://{HOST}:{forum.stack.port}", cookies={"session": session}) as browser:
        form = TOKEN.search(browser.get("/me/export").raise_for_status().text)
        assert form, "the page has no form"
        begun = time.perf_counter()
        file = browser.post("/me/export", data={"token": form[1]}, timeout=COPY_SECONDS).raise_for_status().content
        took = time.perf_counter() - begun
    found = _rows(file)
    assert found >= ROWS, f"only {found} rows are in the file"
    return took


def _rows(file: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        told = [Export.model_validate_json(archive.read(f"{service}.json")) for service in EXPORTED]
    return sum(len(part.rows) for export in told for part in export.parts)


def _erasure_seconds(forum: Forum, session: str) -> float:
    """From the member's own request until members knows that every service has done it."""
    url = f"http://{HOST}:{forum.stack.port}/api/members"
    with httpx2.Client() as api:
        token = api.post(f"{url}/tokens", json={"session": session}).raise_for_status().json()["token"]
        api.headers["Authorization"] = f"Bearer {token}"
        begun = time.perf_counter()
        erasure = api.delete(f"{url}/me", params={"confirm": True}).raise_for_status().json()["id"]

        def is_done() -> bool:
            return api.get(f"{url}/erasures/{erasure}").raise_for_status().json()["done_at"] is not None

        until(is_done, ERASED_SECONDS, "an erasure")
        return time.perf_counter() - begun

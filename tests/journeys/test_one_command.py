"""What `make run` starts, used as its first user would: real processes, real protocols, nothing by hand."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx2
import pytest

from deploy.local.engine import free_port

LONDON = ZoneInfo("Europe/London")
# A Thursday at noon: nobody's quiet hours.
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
SOON = timedelta(seconds=12)
ONE, THREE = "+447700900001", "+447700900003"

MEMBERS = f"""name,phone,email,groups,channel
Member 1,{ONE},,Service User Forum,sms
Member 2,,member2@example.org,Service User Forum,email
Member 3,{THREE},,Service User Forum,sms
Member 4,0770 no number,,Service User Forum,sms
"""


def until[Found](look: Callable[[], Found], seconds: float = 45) -> Found:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        pause.wait(0.1)
    return found


@dataclass
class Running:
    """A running stack, seen from outside."""

    data: Path
    port: int
    simulator: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def now(self) -> datetime:
        """What time the product thinks it is, from a header nobody can set: the simulator's newest message."""
        started = float((self.data / "started").read_text())
        return NOON + timedelta(seconds=time.time() - started)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "deploy.local.command", *words, "--data", str(self.data)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def sent_to(self, address: str) -> list[str]:
        items = httpx2.get(f"http://127.0.0.1:{self.simulator}/sent.json", params={"to": address}).json()["items"]
        return [item["text"] for item in items]

    def text(self, number: str, words: str) -> list[str]:
        """Text from a phone; what the forum answered."""
        url = f"http://127.0.0.1:{self.simulator}/phones/{number}/texts"
        return httpx2.post(url, json={"text": words}, timeout=30).json()["replies"]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("data")
    port, simulator = free_port(), free_port()
    words = ["local", "--data", str(data), "--port", str(port), "--simulator-port", str(simulator), "--no-demo"]
    words += ["--clock", NOON.isoformat()]
    # Taken before the start, so that the product's clock is never ahead of what the test believes.
    started = time.time()
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.local.command", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    (data / "started").write_text(str(started))
    assert process.stdout is not None
    lines = iter(process.stdout.readline, "")
    said = [next(lines, "") for _ in range(2)]
    until(lambda: "is running" in "".join(said) or said.append(next(lines, "")), seconds=90)
    yield Running(data, port, simulator, process)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    process.stdout.close()


def calendar(starts: datetime) -> str:
    wall = starts.astimezone(LONDON)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//A charity//EN",
        "BEGIN:VEVENT",
        "UID:games@example.org",
        "DTSTAMP:20261101T000000Z",
        f"DTSTART;TZID=Europe/London:{wall:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/London:{wall + timedelta(hours=2):%Y%m%dT%H%M%S}",
        "RRULE:FREQ=WEEKLY;COUNT=4",
        "SUMMARY:Games night",
        "LOCATION:The hub",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(lines) + "\r\n"


def sign_in(stack: Running, welcome: str) -> httpx2.Client:
    """Open the link of the welcome text, and say that this phone is one's own."""
    browser = httpx2.Client(base_url=stack.url, follow_redirects=True)
    link = re.search(r"http://\S+", welcome)
    assert link is not None
    press(browser, link[0], "own", "yes")
    return browser


def press(browser: httpx2.Client, page: str, name: str, value: str) -> httpx2.Response:
    """Open a page and press a button of one of its forms, as a browser without scripts does."""
    opened = browser.get(page)
    for form in re.findall(r"<form.*?</form>", opened.text, re.DOTALL):
        if f'name="{name}" value="{value}"' in form:
            action = re.search(r'action="([^"]+)"', form)
            fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
            return browser.post(action[1] if action else str(opened.url), data=fields | {name: value})
    raise AssertionError(f"no button {name}={value} on the page: {opened.text}")


def shows(browser: httpx2.Client, words: str) -> str:
    """What's on, once it has these words."""
    page = browser.get("/").text
    return page if words in page else ""


def test_from_a_calendar_file_to_a_phone_and_back(stack: Running, tmp_path: Path):
    csv = tmp_path / "members.csv"
    csv.write_text(MEMBERS)

    brought_in = stack.command("import", "members", str(csv), "--create-groups")
    assert "3 added" in brought_in.stdout
    assert "line 5" in brought_in.stderr
    assert "Traceback" not in brought_in.stderr
    assert (tmp_path / "members.refused.csv").exists()

    welcome = until(lambda: stack.sent_to(ONE))[0]
    with closing(sign_in(stack, welcome)) as browser:
        use(stack, browser, tmp_path / "programme.ics")


def use(stack: Running, browser: httpx2.Client, ics: Path) -> None:
    """The rest of the path, as a member who is signed in and an operator beside them."""
    # Everybody is asked two hours before the start, so the start is two hours and a moment away.
    ics.write_text(calendar(stack.now() + timedelta(hours=2) + SOON))
    programme = stack.command("import", "programme", str(ics), "--group", "service-user-forum")
    assert "4 added" in programme.stdout, programme.stderr
    again = stack.command("import", "programme", str(ics), "--group", "service-user-forum")
    assert "4 unchanged" in again.stdout, again.stderr

    page = until(lambda: shows(browser, "Games night"))
    occurrence = re.search(r'href="(/occurrences/[0-9a-f-]+)"', page)
    assert occurrence is not None
    coming = press(browser, occurrence[1], "coming", "yes")
    assert "You are coming" in coming.text

    reminder = until(lambda: [text for text in stack.sent_to(ONE) if "See you soon" in text])
    assert reminder[0].startswith("Games night is today at")
    assert len(stack.sent_to(THREE)) == 1

    assert "place" in stack.text(ONE, "NO")[0]
    assert "You are coming" not in browser.get(occurrence[1]).text
    assert "Games night" in stack.text(ONE, "WHATS ON")[0]
    assert "coming" in stack.text(ONE, "YES 1")[0].lower()

    receipt = stack.text(ONE, "The biscuits were stale, the talk was good.")[0]
    digits = "".join(re.findall(r"\d{4}", receipt)[-4:])
    remark = httpx2.post(f"{stack.url}/api/feedback/remarks/lookup", json={"receipt": digits}).json()
    assert remark["text"].startswith("The biscuits")

    occurrence_id = occurrence[1].rsplit("/", 1)[1]
    later = (stack.now() + timedelta(days=1)).astimezone(LONDON).strftime("%Y-%m-%d 19:00")
    assert "Moved" in stack.command("occurrences", "move", occurrence_id, "--to", later).stdout
    until(lambda: [text for text in stack.sent_to(ONE) if text.startswith("New date: Games night is now")])
    assert len(stack.sent_to(THREE)) == 1

    stack.text(ONE, "STOP")
    before = len(stack.sent_to(ONE))
    assert "Cancelled" in stack.command("occurrences", "cancel", occurrence_id).stdout
    until(lambda: "Cancelled" in browser.get(occurrence[1]).text)
    assert len(stack.sent_to(ONE)) == before


def test_nothing_private_is_in_a_log(stack: Running):
    for log in (stack.data / "logs").iterdir():
        written = log.read_text(errors="replace")
        found = [
            canary for canary in ("7700900001", "7700900003", "member2@example.org", "biscuits") if canary in written
        ]
        assert found == [], log.name

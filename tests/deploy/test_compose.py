"""The path through the gateway in real containers, and that it holds when parts of it are killed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx2
import pytest

from tests.deploy.stack import Stack, service_of, until
from tests.deploy.visitor import Visitor

pytestmark = pytest.mark.deploy

Newcomer = Callable[[int], Visitor]
KILL_ALL = ("python", "-c", "import os, signal; os.kill(-1, signal.SIGKILL)")


def test_everything_is_healthy_and_the_migrations_are_done(stack: Stack):
    states = {service_of(each): each["State"] for each in stack.containers()}
    done = states.pop("migrate")
    assert (done["Status"], done["ExitCode"]) == ("exited", 0)
    assert {name: state["Health"]["Status"] for name, state in states.items()} == dict.fromkeys(states, "healthy")


def test_a_newcomer_signs_in_comes_along_is_reminded_and_answers_by_text(stack: Stack, newcomer: Newcomer):
    member = newcomer(1)
    member.sign_in()
    stack.add_evening("Games night", timedelta(hours=2, seconds=25))
    path = until(lambda: member.path_of("Games night"))
    assert "You are coming." in member.press(path, "coming", "yes")
    reminder = member.told("See you soon")
    assert "Games night is today" in reminder
    assert "we let your place go" in stack.text_from(member.phone, "NO")[0]
    assert "You said you are not coming." in member.open(path)
    assert "your words" in stack.text_from(member.phone, "The tea was cold and nobody said hello")[0]
    (evening,) = httpx2.get(f"{stack.public}/api/events/occurrences").json()["items"]
    assert evening["going"] == 0


def test_a_refused_row_lies_beside_the_imported_file(stack: Stack):
    (stack.files / "list.csv").write_text("name,phone,groups,channel\nMember 2,07700900002,Service User Forum,sms\n")
    import_ = stack.compose("run", "--rm", "cli", "afterhours", "import", "members", "list.csv", check=False)
    assert import_.returncode == 1
    assert "line 2: Write the phone number with its country" in import_.stderr
    assert (stack.files / "list.refused.csv").exists()


def test_a_killed_worker_comes_back_and_nothing_is_lost(stack: Stack, newcomer: Newcomer):
    killed = ("events-worker", "members-worker", "notifications-urgent", "notifications-worker")
    for service in killed:
        stack.within(service, *KILL_ALL, check=False)
    member = newcomer(3)
    member.sign_in()
    until(lambda: {stack.container(service)["RestartCount"] for service in killed} == {1})
    stack.until_healthy(killed)


def test_without_redis_pages_answer_and_texts_go_out_when_it_is_back(stack: Stack, newcomer: Newcomer):
    stack.add_evening("Film night", timedelta(days=3))
    member = newcomer(4)
    member.sign_in()
    stack.compose("kill", "redis")
    assert "You are coming." in member.press(member.path_of("Film night"), "coming", "yes")
    evenings = httpx2.get(f"{stack.public}/api/events/occurrences").json()["items"]
    evening = next(each for each in evenings if each["title"] == "Film night")
    assert evening["going"] == 1
    # An hour or so later on the same evening: for another day they would be asked anew.
    later = datetime.fromisoformat(evening["starts"]).replace(minute=15) + timedelta(hours=1)
    stack.afterhours("occurrences", "move", evening["id"], "--to", f"{later:%Y-%m-%d %H:%M}")
    assert [text for text in member.texts() if "Change" in text] == []
    stack.compose("start", "redis")
    assert f"{later:%-I}.15{later:%p}".lower() in member.told("Change: Film night is now")
    stack.until_healthy(["redis"])


def test_while_the_pages_are_away_the_gateway_says_so_and_logs_no_link(stack: Stack):
    stack.compose("kill", "web")
    away = httpx2.get(f"{stack.public}/h/a-personal-link", timeout=20)
    stack.compose("start", "web")
    assert away.status_code == 503
    assert "away for a moment" in away.text
    assert away.headers["Retry-After"]
    assert "personal-link" not in stack.compose("logs", "gateway").stdout
    stack.until_healthy(["web"])


def test_no_log_holds_a_number_or_what_was_said(stack: Stack):
    logs = stack.compose("logs").stdout
    assert "postgres" in logs
    assert "+4477009" not in logs
    assert "nobody said hello" not in logs

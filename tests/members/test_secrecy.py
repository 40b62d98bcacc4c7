"""«Is X a member?» is never answered: not in words, and not in time."""

import re
from collections.abc import Callable
from time import sleep
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.models import Challenge
from shared.db import Sessions
from tests.conftest import Clock
from tests.members.builders import member
from tests.members.conftest import Api
from tests.members.signing_in import Door, told
from tests.members.telling_apart import TRIES, are_told_apart, taken_by

SECRET = re.compile(r"[0-9a-f-]{36}|[\w-]{22}")


@pytest.fixture
def crowd(api: Api) -> Api:
    """Five hundred members with addresses."""
    api.begin_group("Forum")
    assert api.bring_in(*(member(n) for n in range(TRIES))).json()["added"] == TRIES
    return api


def ask(api: Api, address: str) -> Any:
    """Web asks for somebody, each of whom is where nobody else is."""
    token = api.keys.signer("web").service_token("members", "sign-in:vouch")
    body = {"channel": "email", "address": address, "asker": address}
    return api.ask("POST", "/challenges", json=body, headers={"Authorization": f"Bearer {token}"})


def test_d15_asking_for_a_code_answers_a_member_and_a_stranger_alike(crowd: Api):
    answers = {True: set(), False: set()}  # type: ignore[var-annotated]

    def asking(name: str, known: bool) -> Callable[[int], None]:
        def run(n: int) -> None:
            answer = ask(crowd, f"{name}{n}@example.org")
            answers[known].add((answer.status_code, SECRET.sub("…", answer.text), len(answer.content)))

        return run

    taken = taken_by(asking("member", True), asking("nobody", False))
    assert answers[True] == answers[False]
    assert len(answers[True]) == 1
    assert not are_told_apart(taken)


def test_d15_a_wrong_code_is_refused_alike_for_a_member_and_a_stranger(
    crowd: Api, db: Sessions, session: Session, clock: Clock
):
    made = {name: [ask(crowd, f"{name}{n}@example.org").json() for n in range(TRIES)] for name in ("member", "nobody")}
    Door(crowd, db, clock).hear()
    for name, has_one in (("member", TRIES), ("nobody", 0)):
        sent = select(func.count(Challenge.member_id)).where(Challenge.id.in_([it["challenge"] for it in made[name]]))
        assert session.scalar(sent) == has_one
    answers = {"member": set(), "nobody": set()}  # type: ignore[var-annotated]

    def guessing(name: str) -> Callable[[int], None]:
        def run(n: int) -> None:
            answer = crowd.ask("POST", "/sessions", json=made[name][n] | {"code": "000000"})
            answers[name].add(str(told(answer)))

        return run

    taken = taken_by(guessing("member"), guessing("nobody"))
    assert answers["member"] == answers["nobody"]
    assert len(answers["member"]) == 1
    assert not are_told_apart(taken)


@pytest.mark.parametrize("leak", [0.0, 0.001])
def test_d15_a_millisecond_more_for_members_would_be_told_apart(crowd: Api, leak: float):
    def asking(seconds: float) -> Callable[[int], None]:
        def run(n: int) -> None:
            ask(crowd, f"nobody{n}@example.org")
            sleep(seconds)

        return run

    assert are_told_apart(taken_by(asking(leak), asking(0))) == (leak > 0)

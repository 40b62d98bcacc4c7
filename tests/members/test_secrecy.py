"""«Is X a member?» is never answered: not in words, and not in time."""

import random
import re
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import pytest

from tests.members.builders import member
from tests.members.conftest import Api
from tests.members.signing_in import told

TRIES = 500
SHUFFLES = 2000
MOST_SECONDS_APART = 0.005
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


def interleaved(known: Callable[[int], Any], unknown: Callable[[int], Any]) -> tuple[list[float], list[float]]:
    """How long each took, one after the other, now this one first and now that."""
    taken: tuple[list[float], list[float]] = ([], [])
    order = random.Random(7)
    for n in range(TRIES):
        for which in order.sample((0, 1), 2):
            began = perf_counter()
            (known, unknown)[which](n)
            taken[which].append(perf_counter() - began)
    return taken


def told_apart(one: list[float], other: list[float]) -> bool:
    """Whether the medians differ by what can be measured, and by more than chance would have it."""
    apart = abs(median(one) - median(other))
    if apart < MOST_SECONDS_APART:
        return False
    both, shuffle = one + other, random.Random(7)
    by_chance = 0
    for _ in range(SHUFFLES):
        shuffle.shuffle(both)
        by_chance += abs(median(both[: len(one)]) - median(both[len(one) :])) >= apart
    return by_chance / SHUFFLES <= 0.05


def test_d15_asking_for_a_code_answers_a_member_and_a_stranger_alike(crowd: Api):
    answers = {True: set(), False: set()}  # type: ignore[var-annotated]

    def asking(name: str, known: bool) -> Callable[[int], None]:
        def run(n: int) -> None:
            answer = ask(crowd, f"{name}{n}@example.org")
            answers[known].add((answer.status_code, SECRET.sub("…", answer.text), len(answer.content)))

        return run

    taken = interleaved(asking("member", True), asking("nobody", False))
    assert answers[True] == answers[False]
    assert len(answers[True]) == 1
    assert not told_apart(*taken)


def test_d15_a_wrong_code_is_refused_alike_for_a_member_and_a_stranger(crowd: Api):
    made = {name: [ask(crowd, f"{name}{n}@example.org").json() for n in range(TRIES)] for name in ("member", "nobody")}
    answers = {"member": set(), "nobody": set()}  # type: ignore[var-annotated]

    def guessing(name: str) -> Callable[[int], None]:
        def run(n: int) -> None:
            answer = crowd.ask("POST", "/sessions", json=made[name][n] | {"code": "000000"})
            answers[name].add(str(told(answer)))

        return run

    taken = interleaved(guessing("member"), guessing("nobody"))
    assert answers["member"] == answers["nobody"]
    assert len(answers["member"]) == 1
    assert not told_apart(*taken)

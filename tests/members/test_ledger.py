"""The file of who was erased: it begins with the forum, and one that is lost is never taken for an empty one."""

import logging
from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.errors.erasure import LedgerAway
from services.members.ledger import Ledger
from services.members.models import Erasure
from services.members.settings import Settings
from shared.db import Sessions
from tests.members.builders import NOW
from tests.members.conftest import Api
from tests.members.group_builders import given_member


@pytest.fixture
def ledger(settings: Settings) -> Ledger:
    return settings.ledger()


def reapplied(api: Api) -> tuple[int, dict[str, object]]:
    answer = api.ask("POST", "/erasures/reapplications", "operator", "members:erase")
    return answer.status_code, answer.json()


def test_a_new_forum_begins_its_ledger_and_has_nothing_to_reapply(api: Api, ledger: Ledger):
    assert ledger.members() == []
    assert reapplied(api) == (200, {"erased_again": 0, "told": 0})


@pytest.mark.parametrize("trace", [given_member, lambda session: session.add(Erasure.begun(uuid4(), NOW))])
def test_a_lost_ledger_is_told_of_and_not_begun_anew(
    open_api: Callable[[Sessions], Api],
    db: Sessions,
    session: Session,
    ledger: Ledger,
    trace: Callable[[Session], object],
    caplog: pytest.LogCaptureFixture,
):
    trace(session)
    session.commit()
    with caplog.at_level(logging.ERROR):
        api = open_api(db)
    assert [record.getMessage() for record in caplog.records] == [
        "the erasure ledger is not there, and nobody can be erased"
    ]
    status, problem = reapplied(api)
    assert (status, problem["type"]) == (404, "urn:afterhours:no-ledger")
    with pytest.raises(LedgerAway):
        ledger.note(uuid4(), NOW)
    assert not ledger.is_there


def test_a_ledger_that_is_there_is_left_as_it_is(session: Session, ledger: Ledger):
    gone = uuid4()
    for _ in range(2):
        use_cases.begin_ledger(session, ledger=ledger)
    ledger.note(gone, NOW)
    given_member(session)
    use_cases.begin_ledger(session, ledger=ledger)
    assert ledger.members() == [gone]

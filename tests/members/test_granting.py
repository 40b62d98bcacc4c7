from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from services.members.models import DutyGiven, Helping, Member
from services.members.use_cases.granting import for_whom, grant
from shared.auth import Caller, Verifier
from shared.contracts.members import Duty, Role
from shared.errors import NotFound
from shared.testing.keys import Keyring
from tests.members.builders import NOW, brought_in, called, member


@pytest.fixture
def worker(session: Session) -> Member:
    brought_in(session, member(7), member(1, name="Worker 1", role="convenor"))
    worker = called(session, "Worker 1")
    session.add(DutyGiven(member_id=worker.id, duty=Duty.WORKER, given_at=NOW))
    session.flush()
    return worker


@pytest.mark.parametrize(
    ("strong", "role", "duties"), [(False, Role.MEMBER, set()), (True, Role.CONVENOR, {Duty.WORKER})]
)
def test_powers_need_a_second_factor(
    session: Session, worker: Member, keys: Keyring, strong: bool, role: Role, duties: set[Duty]
):
    caller = Verifier("events", keys.trusted).caller(grant(session, worker.id, keys.signer("members"), strong=strong))
    assert set(caller.roles.values()) == {role}
    assert caller.duties == duties


def test_a_helper_acts_for_a_member_only_while_they_help(session: Session, worker: Member):
    seven = called(session, "Member 7").id
    caller = Caller("members", worker.id, duties=frozenset({Duty.WORKER}))
    with pytest.raises(NotFound):
        for_whom(session, caller, seven, NOW)
    until = NOW + timedelta(minutes=30)
    session.add(Helping(helper_id=worker.id, member_id=seven, began_at=NOW, until=until))
    session.flush()
    assert for_whom(session, caller, seven, NOW) == seven
    for refused, when in ((caller, until), (Caller("members", worker.id), NOW), (Caller("members", uuid4()), NOW)):
        with pytest.raises(NotFound):
            for_whom(session, refused, seven, when)
    assert for_whom(session, Caller("members", seven), seven, NOW) == seven

"""What is settled in groups each minute: one group's trouble is no other's."""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from services.members.jobs import end_stays, settle_motions
from services.members.models import Group, Kind, Motion
from services.members.queries.groups import lock_group
from services.members.use_cases.motions import raise_motion
from shared.contracts.members import Role
from shared.db import Sessions
from shared.testing.databases import Databases
from shared.worker import Work
from tests.conftest import Clock
from tests.members.builders import NOW
from tests.members.group_builders import caller_of, given_group, given_member, people_of

REFUSE = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'Member 7'; END $$"
Job = Callable[[Work], None]


def due_in_each(session: Session, groups: int) -> list[Group]:
    """Groups that each have a guest whose stay is over, and a motion that nobody voted on in time."""
    found = []
    for _ in range(groups):
        group = given_group(session)
        host = given_member(session, group)
        given_member(session, group, Role.GUEST, came_with=host, until=NOW)
        raise_motion(session, group.id, Kind.ELECT, host, caller=caller_of(host), now=NOW - timedelta(days=7))
        found.append(group)
    return sorted(found, key=lambda group: group.id)


def is_settled(session: Session, job: Job, group: Group) -> bool:
    if job is end_stays:
        return Role.GUEST not in people_of(session, group).values()
    return session.scalars(select(Motion.state).where(Motion.group_id == group.id)).all() == ["lost"]


def break_group(session: Session, group_id: UUID) -> None:
    session.execute(text(REFUSE))
    for table, doing in (("memberships", "DELETE"), ("motions", "UPDATE")):
        when = f"WHEN (OLD.group_id = '{group_id}') EXECUTE FUNCTION refuse()"
        session.execute(text(f"CREATE TRIGGER refused BEFORE {doing} ON {table} FOR EACH ROW {when}"))
    session.commit()


@pytest.mark.parametrize("job", [end_stays, settle_motions])
def test_a_group_that_fails_is_told_of_and_keeps_no_other_from_its_turn(
    job: Job, db: Sessions, session: Session, clock: Clock, caplog: pytest.LogCaptureFixture
):
    before, broken, after = due_in_each(session, 3)
    break_group(session, broken.id)
    counted = REGISTRY.get_sample_value("groups_not_settled_total") or 0
    with caplog.at_level(logging.ERROR):
        job(Work("members", db, clock))
    session.expire_all()
    assert [is_settled(session, job, group) for group in (before, broken, after)] == [True, False, True]
    [told] = caplog.records
    assert (told.getMessage(), vars(told)["group_id"]) == ("a group was not settled", broken.id)
    assert REGISTRY.get_sample_value("groups_not_settled_total") == counted + 1


@pytest.mark.committed
@pytest.mark.parametrize("job", [end_stays, settle_motions])
def test_a_group_in_which_somebody_decides_has_its_turn_the_next_minute(job: Job, databases: Databases, clock: Clock):
    with databases.owned_sessions("members") as sessions:
        work = Work("members", sessions, clock)
        with sessions.begin() as session:
            busy, free = due_in_each(session, 2)
        with sessions.begin() as deciding:
            lock_group(deciding, busy.id)
            job(work)
        with sessions() as session:
            assert [is_settled(session, job, group) for group in (busy, free)] == [False, True]
        job(work)
        with sessions() as session:
            assert is_settled(session, job, busy)

"""Every service that holds the id of a member erases them when it is told to (D18)."""

from collections.abc import Callable
from importlib import import_module
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.contracts.members import GroupJoined, MemberErased, Role
from shared.contracts.routes import ROUTES
from shared.db import Sessions
from shared.erasure import columns_with_members
from shared.messaging.tables import OutboxRow, Parked
from shared.retention import Kept, kept_while_member
from shared.sweep import kept, tables_of
from shared.worker import Work
from tests.conftest import Clock
from tests.tables import MIGRATED, all_rows, given_row, metadata_of

HEARING = ROUTES[MemberErased]
WHILE_MEMBER: Kept = kept_while_member()["kept"]


def hear(service: str, session: Session, clock: Clock, member_id: UUID) -> UUID:
    erasure_id = uuid4()
    handlers = {each.message: each.handle for each in import_module(f"services.{service}.handlers").SUBSCRIPTIONS}
    handlers[MemberErased](session, MemberErased(erasure_id=erasure_id, member_id=member_id), clock.at)
    return erasure_id


@pytest.mark.parametrize("service", MIGRATED)
def test_d18_who_holds_a_members_id_hears_of_erasures(service: str):
    holds = list(columns_with_members(metadata_of(service))) != []
    assert holds == (service in HEARING) or service == "members"


@pytest.mark.parametrize("service", MIGRATED)
def test_d19_every_table_kept_while_its_member_is_with_us_is_reached_by_erasure(service: str):
    reached = {column.table.name for column in columns_with_members(metadata_of(service)) if not column.nullable}
    about_members = {table.name for table in tables_of(metadata_of(service)) if kept(table) == WHILE_MEMBER}
    assert about_members <= reached | {"members"}


@pytest.mark.parametrize("service", HEARING)
def test_d18_nothing_of_who_was_erased_is_left_and_members_is_told(
    service: str, sessions: Callable[[str], Sessions], clock: Clock
):
    member_id = uuid4()
    parked = GroupJoined(member_id=member_id, group_id=uuid4(), role=Role.MEMBER)
    with sessions(service).begin() as session:
        for column in columns_with_members(metadata_of(service)):
            given_row(session, column.table, **{column.name: member_id})
        envelope = {"data": parked.model_dump(mode="json")}
        given_row(session, Parked.metadata.tables["parked"], envelope=envelope)
    assert str(member_id) in all_rows(sessions(service))
    with sessions(service).begin() as session:
        erasure_id = hear(service, session, clock, member_id)
        answers = session.execute(select(OutboxRow.kind, OutboxRow.subject)).all()
    assert answers == [(f"{service}.erased.v1", str(erasure_id))]
    assert str(member_id) not in all_rows(sessions(service), without=["erased_members"])


@pytest.mark.parametrize("service", HEARING)
def test_d18_what_was_written_in_the_moment_of_the_erasure_is_gone_a_minute_later(
    service: str, sessions: Callable[[str], Sessions], clock: Clock
):
    (again,) = (job for job in import_module(f"services.{service}.jobs").JOBS if job.name == "erase-again")
    member_id = uuid4()
    with sessions(service).begin() as session:
        hear(service, session, clock, member_id)
        for column in columns_with_members(metadata_of(service)):
            given_row(session, column.table, **{column.name: member_id})
    again.run(Work(service, sessions(service), clock))
    assert str(member_id) not in all_rows(sessions(service), without=["erased_members"])

from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from services.events.app import create
from services.events.models import Group, Occurrence
from services.events.settings import Settings
from shared.auth import Caller
from shared.contracts.members import Role
from shared.db import Sessions
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.events.activity_builders import member_of
from tests.events.builders import given_group, given_occurrence
from tests.events.poll_builders import NewPoll, given_poll

Headers = dict[str, str]


@pytest.fixture
def database(sessions: Callable[[str], Sessions]) -> Sessions:
    return sessions("events")


@pytest.fixture
def session(database: Sessions) -> Iterator[Session]:
    with database() as session:
        yield session


@pytest.fixture
def client(database: Sessions, keys: Keyring, clock: Clock) -> Iterator[TestClient]:
    configured = Settings(
        database_url="postgresql+psycopg://unused",
        signing_key=keys.private["events"],
        trusted_keys=keys.trusted,
    )
    app = create(configured, database)
    app.state.clock = clock
    with TestClient(app) as client:
        yield client


@pytest.fixture
def operator(keys: Keyring) -> Callable[[str], Headers]:
    return lambda scope: {"Authorization": f"Bearer {keys.signer('operator').service_token('events', scope)}"}


@pytest.fixture
def as_member(keys: Keyring) -> Callable[..., Headers]:
    def headers(member: UUID, roles: dict[UUID, Role] | None = None) -> Headers:
        return {"Authorization": f"Bearer {keys.signer('members').member_token(member, roles or {})}"}

    return headers


@pytest.fixture
def forum(session: Session) -> Group:
    """An open group."""
    group = given_group(session)
    session.commit()
    return group


@pytest.fixture
def evening(session: Session, forum: Group) -> Occurrence:
    occurrence = given_occurrence(session, forum, capacity=2)
    session.commit()
    return occurrence


@pytest.fixture
def group(session: Session) -> Group:
    """An open group that only this test's own session sees."""
    return given_group(session)


@pytest.fixture
def maker(session: Session, group: Group) -> Caller:
    return member_of(session, group)


@pytest.fixture
def voter(session: Session, group: Group) -> Caller:
    return member_of(session, group)


@pytest.fixture
def new_poll(session: Session, group: Group, maker: Caller, clock: Clock) -> NewPoll:
    """Opens a poll of the maker's in the group, as its words say."""
    assert maker.member_id is not None
    return partial(given_poll, session, group, maker.member_id, clock())

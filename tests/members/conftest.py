from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from services.members.app import create
from services.members.models import Card, How
from services.members.settings import Settings
from services.members.use_cases.sessions import open_session
from shared.db import Sessions
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.members.builders import called, member, table
from tests.members.group_builders import Town

MASTER, INDEX, LINK = (b64encode(letter * 32).decode() for letter in (b"m", b"i", b"l"))


@pytest.fixture
def db(sessions: Callable[[str], Sessions]) -> Sessions:
    return sessions("members")


@pytest.fixture
def session(db: Sessions) -> Iterator[Session]:
    with db() as session:
        yield session


@pytest.fixture
def in_threads() -> Callable[..., list[Any]]:
    """Runs functions at the same time; what they return, in their order."""

    def run(*functions: Callable[[], Any]) -> list[Any]:
        with ThreadPoolExecutor(len(functions)) as pool:
            return [future.result() for future in [pool.submit(function) for function in functions]]

    return run


@pytest.fixture
def settings(keys: Keyring, tmp_path: Path) -> Settings:
    return Settings(
        database_url="postgresql+psycopg://unused",
        signing_key=keys.private["members"],
        trusted_keys=keys.trusted,
        master_key=MASTER,
        index_key=INDEX,
        link_key=LINK,
        erasure_ledger=tmp_path / "erasures.ledger",
        phone_region="",
    )


@dataclass
class Api:
    """The API of members, with a token of whoever asks."""

    client: TestClient
    keys: Keyring

    def ask(self, method: str, path: str, issuer: str | None = None, scope: str = "", **content: Any) -> Any:
        headers = content.pop("headers", {})
        if issuer:
            token = self.keys.signer(issuer).service_token("members", scope)
            headers = headers | {"Authorization": f"Bearer {token}"}
        return self.client.request(method, path, headers=headers, **content)

    def begin_group(self, name: str, visibility: str = "open", **more: str) -> Any:
        draft = {"name": name, "visibility": visibility} | more
        return self.ask("POST", "/groups", "operator", "groups:write", json=draft)

    def bring_in(self, *rows: dict[str, str], content: bytes | None = None, create_groups: bool = False) -> Any:
        return self.ask(
            "POST",
            "/imports/members",
            "operator",
            "members:import",
            params={"create_groups": create_groups},
            content=table(rows) if content is None else content,
            headers={"Content-Type": "text/csv"},
        )

    def resolve(self, *items: tuple[Any, str], reason: str = "a reminder") -> Any:
        wanted = [{"member_id": str(member_id), "channel": channel} for member_id, channel in items]
        body = {"reason": reason, "items": wanted}
        return self.ask("POST", "/internal/addresses/resolve", "notifications", "vault:resolve", json=body)

    def identify(self, address: str, channel: str = "sms") -> Any:
        body = {"channel": channel, "address": address}
        return self.ask("POST", "/internal/addresses/identify", "chat", "vault:identify", json=body)


@pytest.fixture
def open_api(settings: Settings, keys: Keyring, clock: Clock) -> Iterator[Callable[[Sessions], Api]]:
    """The API on a database."""
    with ExitStack() as stack:

        def opened(sessions: Sessions) -> Api:
            app = create(settings, sessions)
            app.state.clock = clock
            return Api(stack.enter_context(TestClient(app)), keys)

        yield opened


@pytest.fixture
def api(open_api: Callable[[Sessions], Api], db: Sessions) -> Api:
    return open_api(db)


@pytest.fixture
def door(api: Api, db: Sessions, clock: Clock) -> Any:
    """Members 7 and 8 are with us, and somebody stands before the door (`signing_in.Door`)."""
    from tests.members.signing_in import Door

    api.begin_group("Forum")
    assert api.bring_in(member(7), member(8)).json()["added"] == 2
    return Door(api, db, clock)


@pytest.fixture
def town(api: Api, session: Session, keys: Keyring) -> Town:
    return Town(api.client, session, keys)


@pytest.fixture
def visit(api: Api, session: Session, keys: Keyring, clock: Clock) -> Any:
    """Signs Member 7, a convenor, or Member 8 in (`visits.Visit`). Somebody else made each of them a card."""
    from tests.members.visits import Device, Visit

    api.bring_in(member(7, role="convenor"), member(8), create_groups=True)
    for name in ("Member 7", "Member 8"):
        given = {"secret_hash": name, "words_index": name, "issued_at": clock.at, "enrols": True}
        session.add(Card(member_id=called(session, name).id, **given))

    def visit(how: How = How.CARD, name: str = "Member 7") -> Visit:
        me, signer = called(session, name), keys.signer("members")
        begun = open_session(session, me, how, own_device=True, signer=signer, now=clock.at)
        session.commit()
        return Visit(api, keys, begun.session, begun.token, Device())

    return visit


@pytest.fixture
def seven(api: Api, session: Session) -> UUID:
    """A member of two groups, one of them hidden."""
    api.begin_group("Forum")
    api.begin_group("Quiet ones", "hidden")
    report = api.bring_in(member(7, groups="Forum;Quiet ones", role="convenor")).json()
    assert report["added"] == 1, report
    return called(session, "Member 7").id

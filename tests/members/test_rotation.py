"""A new master key takes over while members are added and addresses read, with real commits and in many threads."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.codes import Codes
from services.members.errors.vault import VaultLocked
from services.members.links import Links
from services.members.master_keys import MasterKeys, key_id
from services.members.models import Member, MemberKey
from services.members.schemas.vault import Wanted
from services.members.settings import Settings
from services.members.vault import Vault
from shared.db import Sessions
from shared.testing.databases import Databases
from shared.testing.keys import Keyring
from tests.members.builders import CHAIN, HOUSE, NOW, VAULT, brought_in, called, member, number, table
from tests.members.conftest import Api

OLD, NEW = b"m" * 32, b"n" * 32
BOTH = Vault(MasterKeys([NEW, OLD]), b"i" * 32)
ONLY_NEW = Vault(MasterKeys([NEW]), b"i" * 32)
LINKS = Links(b"l" * 32)
WAY_IN = use_cases.WayIn(Codes(b"l" * 32), "http://127.0.0.1:8000")
PEOPLE, NEWCOMERS = 40, 10


@pytest.fixture
def committed(databases: Databases) -> Iterator[Sessions]:
    with databases.owned_sessions("members", pool_size=12) as sessions:
        yield sessions


def addresses(session: Session, vault: Vault) -> list[str | None]:
    wanted = [Wanted(member_id=it, channel="sms") for it in session.scalars(select(Member.id).order_by(Member.name))]
    found = use_cases.resolve_addresses(
        session,
        wanted,
        reason="",
        asked_by="notifications",
        vault=vault,
        chain=CHAIN,
        links=LINKS,
        way_in=WAY_IN,
        now=NOW,
    )
    return [it.address for it in found]


def test_keys_are_wrapped_anew_some_at_a_time(session: Session):
    brought_in(session, *(member(n) for n in range(5)))
    told = [use_cases.rewrap_keys(session, BOTH, 2) for _ in range(4)]
    assert [(it.done, it.left) for it in told] == [(2, 3), (2, 1), (1, 0), (0, 0)]
    assert {it.newest for it in told} == {key_id(NEW)}
    assert addresses(session, ONLY_NEW) == [number(n) for n in range(5)]
    with pytest.raises(VaultLocked):
        addresses(session, VAULT)


def test_a_key_that_does_not_open_keeps_no_other_waiting(session: Session):
    brought_in(session, *(member(n) for n in range(5)))
    broken = called(session, "Member 3").id
    session.execute(update(MemberKey).where(MemberKey.member_id == broken).values(wrapped=b"x" * 60))
    assert sum(use_cases.rewrap_keys(session, BOTH, 2).done for _ in range(20)) == 4
    assert use_cases.rewrap_keys(session, BOTH, 5).left == 1


def write_keys(file: Path, *keys: bytes) -> None:
    file.write_text("\n".join(b64encode(key).decode() for key in keys))


def add_members(sessions: Sessions, vault: Vault) -> None:
    house = replace(HOUSE, vault=vault)
    for n in range(PEOPLE, PEOPLE + NEWCOMERS):
        with sessions.begin() as session:
            use_cases.import_members(session, table([member(n)]), house, create_groups=False, now=NOW)


def read_addresses(sessions: Sessions, vault: Vault) -> None:
    for _ in range(8):
        with sessions.begin() as session:
            assert set(map(number, range(PEOPLE))) <= set(addresses(session, vault))


def rewrap(sessions: Sessions, vault: Vault) -> None:
    for _ in range(10):
        with sessions.begin() as session:
            use_cases.rewrap_keys(session, vault, 7)


@pytest.mark.committed
def test_a_new_master_key_takes_over_while_addresses_are_written_and_read(
    committed: Sessions, tmp_path: Path, in_threads: Callable[..., list[Any]]
):
    file = tmp_path / "master_key"
    write_keys(file, OLD)
    vaults = [Vault(MasterKeys([OLD], file), b"i" * 32) for _ in range(5)]  # as many processes
    with committed.begin() as session:
        brought_in(session, *(member(n) for n in range(PEOPLE)))
    works = (add_members, read_addresses, read_addresses, rewrap, rewrap)
    at_work = [partial(work, committed, vault) for work, vault in zip(works, vaults, strict=True)]
    in_threads(*at_work, partial(write_keys, file, NEW, OLD))
    with committed.begin() as session:
        while use_cases.rewrap_keys(session, vaults[4], 100).left:
            pass
        assert set(session.scalars(select(MemberKey.master))) == {key_id(NEW)}
        assert sorted(map(str, addresses(session, ONLY_NEW))) == [number(n) for n in range(PEOPLE + NEWCOMERS)]


def test_with_the_wrong_master_key_the_vault_says_so(api: Api, session: Session):
    api.bring_in(member(7), create_groups=True)
    session.execute(update(MemberKey).values(wrapped=b"x" * 60))
    session.commit()
    answer = api.resolve((called(session, "Member 7").id, "sms"))
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:afterhours:vault-locked")
    assert "MEMBERS_MASTER_KEY" in answer.json()["detail"]


def test_only_an_operator_rotates(api: Api):
    api.bring_in(member(7), member(8), create_groups=True)
    told = api.ask("POST", "/internal/keys/rewraps", "operator", "vault:rotate", json={"limit": 0}).json()
    assert told == {"newest": key_id(b"m" * 32), "done": 0, "left": 0}
    assert (
        api.ask("POST", "/internal/keys/rewraps", "notifications", "vault:rotate", json={"limit": 1}).status_code == 403
    )
    assert api.ask("POST", "/internal/keys/rewraps", json={"limit": 1}).status_code == 401
    assert api.ask("POST", "/internal/keys/rewraps", "operator", "vault:rotate", json={"limit": -1}).status_code == 422


def test_the_file_of_the_settings_is_the_one_that_is_watched(
    settings: Settings, keys: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "master_key"
    write_keys(file, OLD)
    monkeypatch.setenv("MEMBERS_MASTER_KEY_FILE", str(file))
    vault = Settings(**settings.model_dump(exclude={"master_key", "master_key_file"})).vault()
    assert vault.newest_master == key_id(OLD)
    write_keys(file, NEW, OLD)
    assert vault.newest_master == key_id(NEW)

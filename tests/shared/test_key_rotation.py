"""A key takes over from another while everything runs, and nobody is signed out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest

from shared.auth import Signer, Verifier
from shared.errors import Unauthenticated
from shared.keys import SigningKey, TrustedKeys, Watched, issuer_of
from shared.testing.keys import Keyring


@pytest.fixture
def old(keys: Keyring) -> Keyring:
    return keys


@pytest.fixture
def new() -> Keyring:
    return Keyring(["members"])


@pytest.fixture
def file(tmp_path: Path, old: Keyring) -> Path:
    path = tmp_path / "trusted_keys"
    path.write_text(old.trusted)
    return path


def public(keys: Keyring, kid: str) -> dict[str, Any]:
    key: dict[str, Any] = next(key for key in json.loads(keys.trusted)["keys"] if key["kid"] == "members")
    return key | {"kid": kid}


def both(old: Keyring, new: Keyring, *, drop: bool = False) -> str:
    known = [key for key in json.loads(old.trusted)["keys"] if not (drop and key["kid"] == "members")]
    return json.dumps({"keys": [*known, public(new, "members.2")]})


Trusted = Callable[[], TrustedKeys]


@pytest.fixture
def trusted(file: Path, old: Keyring) -> Trusted:
    return lambda: TrustedKeys(old.trusted, file, pause=0)


def test_both_keys_are_believed_while_one_takes_over(file: Path, old: Keyring, new: Keyring, trusted: Trusted):
    events = Verifier("events", trusted())
    member = uuid4()
    old_token = old.signer("members").member_token(member, {})
    file.write_text(both(old, new))
    new_signer = Signer("members", SigningKey("members", new.private["members"], trusted()))
    new_token = new_signer.member_token(member, {})
    assert jwt.get_unverified_header(new_token)["kid"] == "members.2"
    assert events.caller(old_token).member_id == events.caller(new_token).member_id == member


def test_a_key_that_was_dropped_is_believed_no_more(file: Path, old: Keyring, new: Keyring, trusted: Trusted):
    events = Verifier("events", trusted())
    file.write_text(both(old, new, drop=True))
    with pytest.raises(Unauthenticated):
        events.caller(old.signer("members").member_token(uuid4(), {}))


def test_a_signer_goes_over_to_the_new_key_without_a_restart(
    tmp_path: Path, file: Path, old: Keyring, new: Keyring, trusted: Trusted
):
    own = tmp_path / "members_signing_key"
    own.write_text(old.private["members"])
    signer = Signer("members", SigningKey("members", old.private["members"], trusted(), Watched(own, pause=0)))
    assert jwt.get_unverified_header(signer.member_token(uuid4(), {}))["kid"] == "members"
    file.write_text(both(old, new))
    own.write_text(new.private["members"])
    token = signer.member_token(uuid4(), {})
    assert jwt.get_unverified_header(token)["kid"] == "members.2"
    assert Verifier("events", trusted()).caller(token).member_id


@pytest.mark.parametrize("torn", ["", "{", '{"keys": [{"kid": 7}]}', "[]", '{"keys": [{"kid": "members.2"}]}'])
def test_a_file_that_is_half_written_changes_nothing(file: Path, old: Keyring, trusted: Trusted, torn: str):
    events = Verifier("events", trusted())
    for text in (torn, None):
        file.write_text(torn) if text is not None else file.unlink()
        assert events.caller(old.signer("members").member_token(uuid4(), {})).member_id


def test_a_signing_key_that_is_half_written_changes_nothing(tmp_path: Path, old: Keyring, trusted: Trusted):
    own = tmp_path / "members_signing_key"
    own.write_text(old.private["members"][:40])
    signer = Signer("members", SigningKey("members", old.private["members"], trusted(), Watched(own, pause=0)))
    assert Verifier("events", trusted()).caller(signer.member_token(uuid4(), {})).member_id


def test_no_other_issuer_signs_under_a_numbered_name(old: Keyring, new: Keyring):
    """The second key of members says nothing in the name of the operator, nor the other way round."""
    events = Verifier("events", both(old, new))
    claims = {"iss": "operator", "aud": "events", "scope": "programme:write", "iat": 1, "exp": 2**40}
    for kid, key in (("members.2", new.private["members"]), ("operator.2", old.private["operator"])):
        with pytest.raises(Unauthenticated):
            events.caller(jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": kid}))


def test_a_strange_id_does_not_have_the_file_read_each_time(file: Path, old: Keyring, new: Keyring):
    events = Verifier("events", TrustedKeys(old.trusted, file, pause=3600))
    token = jwt.encode({"iss": "members"}, new.private["members"], algorithm="EdDSA", headers={"kid": "members.2"})
    with pytest.raises(Unauthenticated):
        events.caller(token)
    file.write_text(both(old, new))
    assert events.keys.find("members.2") is None, "it was looked at a moment ago"


@pytest.mark.parametrize(("kid", "issuer"), [("members", "members"), ("members.2", "members"), ("", ""), (".2", "")])
def test_an_id_names_its_issuer_before_the_dot(kid: str, issuer: str):
    assert issuer_of(kid) == issuer


def test_every_key_of_an_issuer_is_published(old: Keyring, new: Keyring):
    published = TrustedKeys(both(old, new)).of("members")
    assert [key["kid"] for key in published] == ["members", "members.2"]
    assert not any("d" in key for key in published)

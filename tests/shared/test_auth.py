"""Who may ask for what: every token that must not be believed, and why."""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.auth import MEMBER_TOKEN_SECONDS, SCOPES, SERVICE_TOKEN_SECONDS, Verifier
from shared.contracts.members import Role
from shared.errors import Forbidden, ServiceError, Unauthenticated
from shared.testing.keys import Keyring


@pytest.fixture
def verifier(keys: Keyring) -> Verifier:
    """As events checks tokens."""
    return Verifier("events", keys.trusted)


@pytest.fixture
def sign(keys: Keyring) -> Callable[..., str]:
    """A service token of notifications for events, but for what is changed."""

    def token(by: str = "notifications", kid: str | None = None, **claims: Any) -> str:
        now = int(time.time())
        claims = {"iss": by, "aud": "events", "scope": "messages:read", "iat": now, "exp": now + 60} | claims
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, keys.private[by], algorithm="EdDSA", headers={"kid": kid or by})

    return token


def test_a_token_says_which_session_it_is_of(keys: Keyring, verifier: Verifier):
    signer, member, session = keys.signer("members"), uuid4(), uuid4()
    assert verifier.caller(signer.member_token(member, {}, session_id=session)).session_id == session
    assert verifier.caller(signer.member_token(member, {})).session_id is None


def test_a_service_is_let_in_with_its_scope(verifier: Verifier, keys: Keyring):
    caller = verifier.caller(keys.signer("notifications").service_token("events", "messages:read"))
    assert (caller.issuer, caller.scope, caller.member_id) == ("notifications", "messages:read", None)


def test_nobody_signs_a_member_in_for_longer_than_ten_minutes(verifier: Verifier, sign: Callable[..., str]):
    now = int(time.time())
    facts = {"aud": None, "scope": None, "sub": str(uuid4())}
    assert verifier.caller(sign("members", exp=now + MEMBER_TOKEN_SECONDS, **facts)).member_id
    with pytest.raises(Unauthenticated):
        verifier.caller(sign("members", exp=now + MEMBER_TOKEN_SECONDS + 60, **facts))


def test_a_member_is_known_to_every_service_with_their_roles(keys: Keyring):
    member, group = uuid4(), uuid4()
    token = keys.signer("members").member_token(member, {group: Role.CONVENOR})
    for service in ("events", "feedback"):
        caller = Verifier(service, keys.trusted).caller(token)
        assert caller.member_id == member
        assert caller.is_convenor_of(group)
        assert not caller.is_convenor_of(uuid4())
        assert caller.scope is None


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        pytest.param({"aud": "members"}, Forbidden, id="for another service"),
        pytest.param({"aud": None}, Forbidden, id="for nobody"),
        pytest.param({"scope": "vault:identify"}, Forbidden, id="a scope that only another issuer has"),
        pytest.param({"scope": "everything"}, Forbidden, id="a scope that nobody has"),
        pytest.param({"scope": None}, Forbidden, id="no scope"),
        pytest.param({"exp": int(time.time()) + SERVICE_TOKEN_SECONDS + 600}, Forbidden, id="lives too long"),
        pytest.param({"exp": int(time.time()) - 5}, Unauthenticated, id="expired"),
        pytest.param({"exp": None}, Unauthenticated, id="never expires"),
        pytest.param({"iat": None}, Unauthenticated, id="does not say since when"),
        pytest.param({"iat": int(time.time()) + 3600}, Unauthenticated, id="from the future"),
        pytest.param({"iss": "operator"}, Unauthenticated, id="signed by one in the name of another"),
        pytest.param({"sub": str(uuid4())}, Unauthenticated, id="a member, said by a service"),
        pytest.param({"kid": "stranger"}, Unauthenticated, id="a key nobody knows"),
        pytest.param({"kid": "operator"}, Unauthenticated, id="a key of another"),
    ],
)
def test_what_is_refused(
    verifier: Verifier, sign: Callable[..., str], changed: dict[str, Any], refusal: type[ServiceError]
):
    with pytest.raises(refusal):
        verifier.caller(sign(**changed))


def test_no_signature_is_no_signature(verifier: Verifier):
    now = int(time.time())
    claims = {"iss": "operator", "aud": "events", "scope": "programme:write", "iat": now, "exp": now + 60}
    with pytest.raises(Unauthenticated):
        verifier.caller(jwt.encode(claims, None, algorithm="none", headers={"kid": "operator"}))


def test_a_public_key_is_no_secret_to_sign_with(verifier: Verifier, keys: Keyring):
    """The confusion of HMAC with a published key."""
    now = int(time.time())
    claims = {"iss": "operator", "aud": "events", "scope": "programme:write", "iat": now, "exp": now + 60}
    published = next(key["x"] for key in json.loads(keys.trusted)["keys"] if key["kid"] == "operator")
    with pytest.raises(Unauthenticated):
        verifier.caller(jwt.encode(claims, published, algorithm="HS256", headers={"kid": "operator"}))


def test_a_strangers_key_under_a_known_name_is_refused(verifier: Verifier, sign: Callable[..., str]):
    now = int(time.time())
    claims = {"iss": "operator", "aud": "events", "scope": "programme:write", "iat": now, "exp": now + 60}
    forged = jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": "operator"})
    with pytest.raises(Unauthenticated):
        verifier.caller(forged)


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "eyJ.eyJ.", "é" * 50, "." * 1000, "W10.e30.", "e30.e30.", f"{'W1tb' * 10_000}.e30."]
)
def test_what_is_no_token_is_refused(verifier: Verifier, token: str):
    with pytest.raises(Unauthenticated):
        verifier.caller(token)


def test_a_token_that_was_good_is_refused_once_it_has_expired(
    verifier: Verifier, keys: Keyring, monkeypatch: pytest.MonkeyPatch
):
    """Its signature is not checked again while it is good; its time is."""
    token = keys.signer("members").member_token(uuid4(), {})
    verifier.caller(token)
    verifier.caller(token)
    later = time.time() + MEMBER_TOKEN_SECONDS + 1
    monkeypatch.setattr("shared.auth.time.time", lambda: later)
    monkeypatch.setattr("jwt.api_jwt.datetime", _Later(later))
    with pytest.raises(Unauthenticated):
        verifier.caller(token)


def test_a_signer_uses_a_token_again_while_it_has_a_minute_left(keys: Keyring, monkeypatch: pytest.MonkeyPatch):
    signer = keys.signer("chat")
    first = signer.service_token("members", "stops:write")
    assert signer.service_token("members", "stops:write") == first
    later = time.time() + SERVICE_TOKEN_SECONDS - 30
    monkeypatch.setattr("shared.auth.time.time", lambda: later)
    assert signer.service_token("members", "stops:write") != first


def test_every_scope_names_who_may_ask_for_it():
    assert all(issuers for issuers in SCOPES.values())


class _Later:
    """Stands for the `datetime` that PyJWT asks what time it is."""

    def __init__(self, at: float) -> None:
        self._at = at

    def now(self, tz: Any = None) -> Any:
        from datetime import datetime

        return datetime.fromtimestamp(self._at, tz)

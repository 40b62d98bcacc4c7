"""Who is calling. Tokens are EdDSA JWTs; every issuer has a key of its own, and all know the public ones.

Two sorts: a service token says «this service asks that service for this», for five minutes; a member token, issued by
members alone, says «this member», for ten. This module checks both and signs either; who may sign what is a table.
"""

import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import jwt

from shared.contracts.members import Duty, Role
from shared.errors import Forbidden, Unauthenticated
from shared.keys import SigningKey, TrustedKeys, issuer_of

SERVICE_TOKEN_SECONDS = 300
MEMBER_TOKEN_SECONDS = 600
MEMBER_ISSUER = "members"
TOKENS_REMEMBERED = 10_000
NOT_VALID = "That sign-in is not valid any more. Sign in again."

# Which issuers may ask for a scope at all. A token that claims another is refused, whoever signed it.
SCOPES: Mapping[str, frozenset[str]] = {
    "messages:read": frozenset({"members", "events", "feedback", "notifications", "operator"}),
    "messages:renew": frozenset({"members", "events", "feedback", "notifications", "operator"}),
    "parked:manage": frozenset({"operator"}),
    "vault:resolve": frozenset({"notifications"}),
    "vault:rotate": frozenset({"operator"}),
    "vault:identify": frozenset({"chat"}),
    "vault:claim": frozenset({"chat"}),
    "audit:verify": frozenset({"operator"}),
    "cards:issue": frozenset({"operator"}),
    "sign-in:vouch": frozenset({"web"}),
    "stops:write": frozenset({"chat"}),
    "groups:write": frozenset({"operator"}),
    "members:erase": frozenset({"operator"}),
    "members:export": frozenset({"operator"}),
    "members:sign-out": frozenset({"operator"}),
    "members:import": frozenset({"operator"}),
    "workers:write": frozenset({"operator"}),
    "programme:import": frozenset({"operator"}),
    "programme:write": frozenset({"operator"}),
}


@dataclass(frozen=True)
class Caller:
    """Who calls: a service with a scope, or a member with their roles in groups and their duties for the programme.

    A token says only what its session may do: without a second factor a convenor is a member, and a worker nobody else.
    Who writes by text has a token without a session.
    """

    issuer: str
    member_id: UUID | None = None
    scope: str | None = None
    roles: Mapping[UUID, Role] = field(default_factory=dict)
    duties: frozenset[Duty] = frozenset()
    session_id: UUID | None = None

    def is_convenor_of(self, group_id: UUID) -> bool:
        """Whether the group trusts this member to run its space."""
        return self.roles.get(group_id) is Role.CONVENOR


class Signer:
    """Signs tokens in the name of one issuer."""

    def __init__(self, issuer: str, private_key: str | SigningKey) -> None:
        self.issuer = issuer
        self._key = SigningKey(issuer, private_key) if isinstance(private_key, str) else private_key
        self._kept: dict[tuple[str, str], tuple[float, str]] = {}

    def service_token(self, audience: str, scope: str) -> str:
        """A token to ask `audience` for `scope`, kept and used again while it has a minute left."""
        kept = self._kept.get((audience, scope))
        now = time.time()
        if kept and kept[0] > now + 60:
            return kept[1]
        expires = now + SERVICE_TOKEN_SECONDS
        token = self._sign({"aud": audience, "scope": scope, "iat": int(now), "exp": int(expires)})
        self._kept[audience, scope] = (expires, token)
        return token

    def member_token(
        self,
        member_id: UUID,
        roles: Mapping[UUID, Role],
        duties: Iterable[Duty] = (),
        session_id: UUID | None = None,
    ) -> str:
        """A token that says who the member is to every service, and which of their sessions it is of."""
        now = int(time.time())
        claims: dict[str, Any] = {"sub": str(member_id), "iat": now, "exp": now + MEMBER_TOKEN_SECONDS}
        claims["groups"] = {str(group): role.value for group, role in roles.items()}
        if duties:
            claims["duties"] = sorted(duties)
        if session_id is not None:
            claims["sid"] = str(session_id)
        return self._sign(claims)

    def _sign(self, claims: dict[str, Any]) -> str:
        kid, key = self._key.current
        return jwt.encode(claims | {"iss": self.issuer}, key, algorithm="EdDSA", headers={"kid": kid})


class Verifier:
    """Checks tokens against the published keys, on its own, in the name of one audience."""

    def __init__(self, audience: str, trusted_keys: str | TrustedKeys) -> None:
        self._audience = audience
        self.keys = TrustedKeys(trusted_keys) if isinstance(trusted_keys, str) else trusted_keys
        self._seen: dict[str, tuple[float, Caller]] = {}

    def caller(self, token: str) -> Caller:
        """Who signed this and for what; raises Unauthenticated or Forbidden.

        A token that was good stays good until it expires, so its signature is checked once.
        """
        seen = self._seen.get(token)
        if seen and seen[0] > time.time():
            return seen[1]
        claims = self._claims(token)
        caller = self._member(claims) if "sub" in claims else self._service(claims)
        if len(self._seen) > TOKENS_REMEMBERED:
            self._seen.clear()
        self._seen[token] = (claims["exp"], caller)
        return caller

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            kid = _kid(token)
            key = self.keys.find(kid)
            if key is None:
                raise Unauthenticated(NOT_VALID)
            claims = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                options={"require": ["exp", "iat", "iss"], "verify_aud": False},
            )
        except (KeyError, TypeError, ValueError, RecursionError, jwt.InvalidTokenError) as error:
            raise Unauthenticated(NOT_VALID) from error
        if claims["iss"] != issuer_of(kid):
            raise Unauthenticated("That token was signed by somebody else.")
        return claims

    def _member(self, claims: dict[str, Any]) -> Caller:
        if claims["iss"] != MEMBER_ISSUER:
            raise Unauthenticated("Only members says who a member is.")
        if claims["exp"] - claims["iat"] > MEMBER_TOKEN_SECONDS:
            raise Unauthenticated("That token lives longer than any member's may.")
        roles = {UUID(group): Role(role) for group, role in claims.get("groups", {}).items()}
        duties = frozenset(map(Duty, claims.get("duties", ())))
        session_id = UUID(claims["sid"]) if "sid" in claims else None
        return Caller(claims["iss"], UUID(claims["sub"]), roles=roles, duties=duties, session_id=session_id)

    def _service(self, claims: dict[str, Any]) -> Caller:
        scope = str(claims.get("scope", ""))
        if claims.get("aud") != self._audience:
            raise Forbidden("That token is for another service.")
        if claims["exp"] - claims["iat"] > SERVICE_TOKEN_SECONDS:
            raise Forbidden("That token lives longer than any service's may.")
        if claims["iss"] not in SCOPES.get(scope, frozenset()):
            raise Forbidden("That service may not ask for this.")
        return Caller(issuer=claims["iss"], scope=scope)


def _kid(token: str) -> str:
    """The key that a token names. Only its head is read here: the rest is, and all is checked, once a key is found."""
    head = token.partition(".")[0]
    return str(json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"])

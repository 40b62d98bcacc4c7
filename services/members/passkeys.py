"""Passkeys (WebAuthn): what a device is asked to sign, and whether it did.

A passkey opens by a face, a finger or a PIN, which we insist on (user verification): so it is two factors at once. It
can be found on the device without a name being typed (discoverable), and works at the address of the forum alone.

What it is asked to sign is worked out from an id, so that asking stores nothing: anybody may ask, as often as they
like. A row for each would fill the disk, and a limit would let a stranger keep everybody else from asking.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import UUID

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.members.errors.sign_in import PasskeyRefused

Json = dict[str, Any]

# The first 32 bits of a ceremony's id are when it began, in seconds since 1970; the others are random.
RANDOM_BITS = 96

# What the library lets through of an answer that no device ever gave.
NOT_AN_ANSWER = (WebAuthnException, ValueError, TypeError, KeyError)


@dataclass(frozen=True)
class Enrolled:
    """A passkey as a device made it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class RelyingParty:
    """The forum, as passkeys know it: its domain, its address and its name. With `key` it knows what it asked."""

    id: str
    origin: str
    name: str
    key: bytes = field(repr=False)

    @classmethod
    def at(cls, url: str, name: str, key: bytes) -> Self:
        """The forum at its public address."""
        parts = urlsplit(url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}", name, key)

    def challenge(self, ceremony_id: UUID, purpose: str, session_id: UUID | None) -> bytes:
        """What is to be signed in a ceremony: for this purpose alone, and in this session. Nobody else can tell it."""
        return hmac.digest(self.key, f"{ceremony_id} {purpose} {session_id}".encode(), hashlib.sha256)

    def ask_to_enrol(self, member_id: UUID, name: str, challenge: bytes, known: Collection[bytes]) -> Json:
        """What the device is asked, for a passkey that it does not have yet."""
        options = generate_registration_options(
            rp_id=self.id,
            rp_name=self.name,
            user_id=member_id.bytes,
            user_name=name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
        )
        return _as_json(options)

    def enrolled(self, answer: Json, challenge: bytes) -> Enrolled:
        """The passkey that was made; raises PasskeyRefused."""
        try:
            found = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.id,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        except NOT_AN_ANSWER as error:
            raise PasskeyRefused from error
        return Enrolled(found.credential_id, found.credential_public_key, found.sign_count)

    def ask_to_show(self, challenge: bytes, known: Collection[bytes] = ()) -> Json:
        """What the device is asked, of a passkey that it has: one of those known, or any of ours."""
        options = generate_authentication_options(
            rp_id=self.id,
            challenge=challenge,
            allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return _as_json(options)

    def shown(self, answer: Json, challenge: bytes, public_key: bytes, sign_count: int) -> int:
        """How often the passkey was used by now; raises PasskeyRefused.

        One that was used less often than before is a copy, and is refused.
        """
        try:
            found = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.id,
                expected_origin=self.origin,
                credential_public_key=public_key,
                credential_current_sign_count=sign_count,
                require_user_verification=True,
            )
        except NOT_AN_ANSWER as error:
            raise PasskeyRefused from error
        return found.new_sign_count


def ceremony_at(now: datetime) -> UUID:
    """The id of a ceremony that begins now."""
    return UUID(int=int(now.timestamp()) << RANDOM_BITS | secrets.randbits(RANDOM_BITS))


def ceremony_begun_at(ceremony_id: UUID) -> datetime:
    """When a ceremony began, to the second."""
    return datetime.fromtimestamp(ceremony_id.int >> RANDOM_BITS, UTC)


def credential_id(answer: Json) -> bytes:
    """Which passkey an answer is of; raises PasskeyRefused."""
    try:
        return base64url_to_bytes(answer["rawId"])
    except NOT_AN_ANSWER as error:
        raise PasskeyRefused from error


def _as_json(options: Any) -> Json:
    asked: Json = json.loads(options_to_json(options))
    return asked

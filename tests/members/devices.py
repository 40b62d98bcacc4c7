"""What members hold in their hands: a device with a passkey, by a client nobody here wrote."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from secrets import token_bytes
from struct import unpack_from
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fido2 import cbor
from fido2.utils import sha256
from soft_webauthn import SoftWebauthnDevice

FLAGS = 32
PRESENT, VERIFIED = 0x01, 0x04


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Device:
    """A phone that asks for a face before it answers, unless `looks` is false. It speaks as a browser's `toJSON` does."""

    def __init__(self, origin: str = "http://127.0.0.1:8000", *, looks: bool = True) -> None:
        self.key = SoftWebauthnDevice()
        self.origin = origin
        self.looks = looks

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """A new passkey, for what `POST /me/passkeys/options` asks."""
        user = options["user"] | {"id": decoded(options["user"]["id"])}
        made = self.key.create(
            {"publicKey": options | {"user": user, "challenge": decoded(options["challenge"])}}, self.origin
        )
        if self.looks:
            attestation = cbor.decode(made["response"]["attestationObject"])
            attestation["authData"] = seen(attestation["authData"])
            made["response"]["attestationObject"] = cbor.encode(attestation)
        return as_json(made)

    def show(self, options: dict[str, Any]) -> dict[str, Any]:
        """The passkey's answer to what it is asked."""
        shown = self.key.get({"publicKey": options | {"challenge": decoded(options["challenge"])}}, self.origin)
        if self.looks:
            said = shown["response"]
            said["authenticatorData"] = seen(said["authenticatorData"])
            signed = said["authenticatorData"] + sha256(said["clientDataJSON"])
            said["signature"] = self.key.private_key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return as_json(shown)


def subscription(to: str = "https://push.example.org/send/1") -> dict[str, Any]:
    """What a browser gives that is to be sent notes: `PushSubscription.toJSON()`."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    key = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": encoded(key), "auth": encoded(token_bytes(16))}
    return {"endpoint": to, "expirationTime": None, "keys": keys}


def seen(authenticator_data: bytes) -> bytes:
    """The same, with the flag that says that whoever holds the device was looked at."""
    (flags,) = unpack_from("B", authenticator_data, FLAGS)
    return authenticator_data[:FLAGS] + bytes([flags | PRESENT | VERIFIED]) + authenticator_data[FLAGS + 1 :]


def as_json(credential: dict[str, Any]) -> dict[str, Any]:
    response = {name: encoded(value) for name, value in credential["response"].items() if value is not None}
    answer = {"id": encoded(credential["rawId"]), "rawId": encoded(credential["rawId"]), "type": "public-key"}
    assert json.dumps(answer)
    return answer | {"response": response}

"""A key for every issuer, made for one test run."""

import json
from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import OKPAlgorithm

from shared.auth import Signer

ISSUERS = ("members", "events", "feedback", "notifications", "chat", "web", "operator")


class Keyring:
    """Private keys as PEM by issuer, and the public ones as the JWKS that services trust."""

    def __init__(self, issuers: Iterable[str] = ISSUERS) -> None:
        keys = {issuer: Ed25519PrivateKey.generate() for issuer in issuers}
        self.private = {issuer: _pem(key) for issuer, key in keys.items()}
        public = [OKPAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": name} for name, key in keys.items()]
        self.trusted = json.dumps({"keys": public})

    def signer(self, issuer: str) -> Signer:
        """Signs in the name of an issuer."""
        return Signer(issuer, self.private[issuer])


def _pem(key: Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

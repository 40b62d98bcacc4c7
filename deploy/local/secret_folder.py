"""Keys and passwords as files: made once, kept, and looked at before they are used."""

import base64
import binascii
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.private_files import private_folder, write_private
from deploy.local.refusal import Refusal

KEY_BYTES = 32


@dataclass(frozen=True)
class Kind:
    """A sort of secret: what it is called, how one is made, and what makes a text not one (ValueError)."""

    words: str
    make: Callable[[], str]
    check: Callable[[str], object]


def new_signing_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return (
        Ed25519PrivateKey.generate()
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def public_half(pem: str) -> str:
    """The public key of an Ed25519 private key, as a JWK writes it; raises ValueError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 key")  # noqa: TRY004 - the text is wrong, not its type
    return base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def check_key(text: str) -> None:
    try:
        length = len(base64.b64decode(text, validate=True))
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if length != KEY_BYTES:
        raise ValueError(f"{length} bytes")


def check_keys(text: str) -> None:
    for line in text.split() or [""]:
        check_key(line)


def check_word(text: str) -> None:
    if not text or text.split() != [text]:
        raise ValueError("empty, or with spaces in it")


SIGNING_KEY = Kind("an Ed25519 private key (PEM)", new_signing_key, public_half)
KEY = Kind("a key of 32 bytes in base64", new_key, check_key)
MASTER_KEYS = Kind("keys of 32 bytes in base64, one a line", new_key, check_keys)
PASSWORD = Kind("a password in one word", lambda: secrets.token_urlsafe(24), check_word)
# Twilio's own form, so that its SDK and whoever reads a log feel at home.
ACCOUNT_SID = Kind("an account id in one word", lambda: f"AC{secrets.token_hex(16)}", check_word)
AUTH_TOKEN = Kind("a token in one word", lambda: secrets.token_hex(16), check_word)


class SecretFolder:
    """A folder that only its owner can open; `mode` is that of the files in it."""

    def __init__(self, path: Path, mode: int = 0o600) -> None:
        self.path = private_folder(path)
        self._mode = mode

    def keep(self, name: str, kind: Kind) -> str:
        """The secret of that name: the one on disk, or a new one that is on disk before it is used."""
        path = self.path / name
        if not path.exists():
            write_private(path, kind.make())
        path.chmod(self._mode)
        try:
            text = path.read_text(encoding="utf-8").strip()
            kind.check(text)
        except (ValueError, TypeError) as error:
            raise Refusal(
                f"{path} does not hold {kind.words}. Put back the file that was there; "
                "only if nothing was ever stored with it, delete it and a new one is made."
            ) from error
        return text

    def write(self, name: str, text: str) -> None:
        """What follows from other secrets, such as a URL with a password in it."""
        path = self.path / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_private(path, text)
        path.chmod(self._mode)

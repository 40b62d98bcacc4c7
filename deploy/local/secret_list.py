"""Which keys the product has. `make run` and `make secrets` make the same ones."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.secret_folder import ACCOUNT_SID, AUTH_TOKEN, KEY, MASTER_KEYS, SIGNING_KEY, SecretFolder, public_half
from shared.keys import issuer_of

DATABASES = ("members", "events", "feedback", "notifications", "chat")
SERVICES = (*DATABASES, "web")
ISSUERS = (*SERVICES, "operator")
MASTER_KEY = "members_master_key"
SIGNING = "members_signing_key"
TRUSTED = "trusted_keys"
MEMBERS_KEYS = {MASTER_KEY: MASTER_KEYS, "members_index_key": KEY, "members_link_key": KEY}


def keys(folder: SecretFolder) -> dict[str, str]:
    """Every key, by its file's name, which is that of its setting in small letters."""
    found = {f"{issuer}_signing_key": folder.keep(f"{issuer}_signing_key", SIGNING_KEY) for issuer in ISSUERS}
    found[TRUSTED] = trusted_keys(folder.path / TRUSTED, {name: found[f"{name}_signing_key"] for name in ISSUERS})
    folder.write(TRUSTED, found[TRUSTED])
    found |= {name: folder.keep(name, kind) for name, kind in MEMBERS_KEYS.items()}
    found["twilio_account_sid"] = folder.keep("twilio_account_sid", ACCOUNT_SID)
    found["twilio_auth_token"] = folder.keep("twilio_auth_token", AUTH_TOKEN)
    return found


def trusted_keys(file: Path, private_keys: Mapping[str, str]) -> str:
    """The public halves as a JSON Web Key Set. Where `file` has several of one issuer, they stay: one takes over."""
    kept = published(file)
    keys = []
    for issuer, pem in private_keys.items():
        own, theirs = public_half(pem), [key for key in kept if issuer_of(key["kid"]) == issuer]
        keys += theirs if own in {key["x"] for key in theirs} else [public_key(issuer, own)]
    return key_set(keys)


def published(file: Path) -> list[dict[str, str]]:
    """The keys that a file publishes; none where there is no such file, or it is damaged."""
    try:
        keys: list[dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))["keys"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return keys


def public_key(kid: str, public: str) -> dict[str, str]:
    """A public key as a JSON Web Key."""
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": public}


def key_set(keys: Sequence[dict[str, str]]) -> str:
    """Public keys as a JSON Web Key Set."""
    return json.dumps({"keys": list(keys)})

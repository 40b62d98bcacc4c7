"""Which keys the product has. `make run` and `make secrets` make the same ones."""

import json
from collections.abc import Mapping

from deploy.local.secret_folder import ACCOUNT_SID, AUTH_TOKEN, KEY, MASTER_KEYS, SIGNING_KEY, SecretFolder, public_half

DATABASES = ("members", "events", "feedback", "notifications", "chat")
SERVICES = (*DATABASES, "web")
ISSUERS = (*SERVICES, "operator")
MASTER_KEY = "members_master_key"
MEMBERS_KEYS = {MASTER_KEY: MASTER_KEYS, "members_index_key": KEY, "members_link_key": KEY}


def keys(folder: SecretFolder) -> dict[str, str]:
    """Every key, by its file's name, which is that of its setting in small letters."""
    found = {f"{issuer}_signing_key": folder.keep(f"{issuer}_signing_key", SIGNING_KEY) for issuer in ISSUERS}
    found["trusted_keys"] = jwks({issuer: found[f"{issuer}_signing_key"] for issuer in ISSUERS})
    found |= {name: folder.keep(name, kind) for name, kind in MEMBERS_KEYS.items()}
    found["twilio_account_sid"] = folder.keep("twilio_account_sid", ACCOUNT_SID)
    found["twilio_auth_token"] = folder.keep("twilio_auth_token", AUTH_TOKEN)
    return found


def jwks(private_keys: Mapping[str, str]) -> str:
    """The public halves as a JSON Web Key Set; the key's id is its issuer's name."""
    return json.dumps(
        {
            "keys": [
                {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": issuer, "x": public_half(pem)}
                for issuer, pem in private_keys.items()
            ]
        }
    )

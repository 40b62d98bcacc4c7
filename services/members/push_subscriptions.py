"""What a browser gives to be sent notes (W3C Push API): where to, and the keys that only it can read them with.

A server will post to that address. So it is one that is plainly out there: https, on a host with a public name. Who
posts looks at what the name stands for again, because whoever owns a name decides that.
"""

import json
import re
from base64 import b64decode

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

LONGEST_ENDPOINT = 2048
KEY_BYTES = 65
AUTH_BYTES = 16
# A last part in letters is no address in numbers, however those are written. No user, no port, nothing after a #.
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
ENDPOINT = re.compile(rf"https://(?P<host>(?:{LABEL}\.)+(?P<top>[a-z]{{2,63}}))/[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]*")
# Names that mean something on a network of one's own, or nothing (RFC 6761, 6762, 7686, 8375, 9476).
NOT_OUT_THERE = {
    "alt",
    "arpa",
    "corp",
    "example",
    "home",
    "internal",
    "invalid",
    "lan",
    "local",
    "localhost",
    "onion",
    "test",
}


def endpoint(text: str) -> str:
    """The address, where it is one that may be posted to; raises ValueError."""
    found = ENDPOINT.fullmatch(text) if len(text) <= LONGEST_ENDPOINT else None
    if found is None or found["top"] in NOT_OUT_THERE:
        raise ValueError("must be an https address on a public host")
    return text


def public_key(text: str) -> str:
    """The browser's public key: a point on P-256, uncompressed, in base64url; raises ValueError."""
    EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(text, KEY_BYTES))
    return text.rstrip("=")


def secret(text: str) -> str:
    """The secret that goes with it, in base64url; raises ValueError."""
    _bytes(text, AUTH_BYTES)
    return text.rstrip("=")


def written(to: str, p256dh: str, auth: str) -> str:
    """A subscription as the vault keeps it: equal ones are the same text."""
    return json.dumps({"auth": auth, "endpoint": to, "p256dh": p256dh}, separators=(",", ":"), sort_keys=True)


def host_of(subscription: str) -> str:
    """Whose service carries the notes: of an address all that its owner may be shown."""
    found = ENDPOINT.fullmatch(json.loads(subscription)["endpoint"])
    return found["host"] if found else ""


def _bytes(text: str, length: int) -> bytes:
    decoded = b64decode(text.rstrip("=") + "=" * (-length % 3), altchars=b"-_", validate=True)
    if len(decoded) != length:
        raise ValueError(f"must be {length} bytes in base64url")
    return decoded

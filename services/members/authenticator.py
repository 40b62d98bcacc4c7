"""The six digits of an authenticator app (TOTP, RFC 6238): others every thirty seconds, from a secret both know."""

import hmac
from datetime import datetime

import pyotp

# The step before and the one after count too: clocks go wrong, and people type slowly.
AROUND_NOW = (0, -1, 1)


def new_secret() -> str:
    """A secret for one app, as people type it."""
    return pyotp.random_base32()


def uri(secret: str, name: str, issuer: str) -> str:
    """What the app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def step_of(secret: str, digits: str, now: datetime) -> int | None:
    """The thirty seconds in which the app shows these digits, counted from 1970; None when it is not about now."""
    app = pyotp.TOTP(secret)
    steps = [app.timecode(now) + away for away in AROUND_NOW]
    return next((step for step in steps if hmac.compare_digest(app.generate_otp(step), digits)), None)

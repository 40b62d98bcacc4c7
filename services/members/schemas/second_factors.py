from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from services.members.digits import in_ascii
from services.members.schemas.base import SOME_ID, example

SIX_DIGITS = r"^[0-9]{3} ?[0-9]{3}$"
Digits = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=SIX_DIGITS),
    AfterValidator(lambda text: text.replace(" ", "")),
    BeforeValidator(lambda text: in_ascii(text) if isinstance(text, str) else text),
]


class PasskeyView(BaseModel):
    """A passkey, as its member knows it."""

    id: UUID
    added_at: datetime
    last_used_at: datetime | None


class SecondFactors(BaseModel):
    """What a member can show beside how they signed in."""

    passkeys: list[PasskeyView]
    authenticator_since: datetime | None


class CeremonyBegun(BaseModel):
    """What to pass to the browser: `navigator.credentials.create` or `.get`. It is answered within five minutes."""

    ceremony: UUID
    options: dict[str, Any]


class PasskeyAnswer(BaseModel):
    """What the browser gave back, as `credential.toJSON()` writes it."""

    model_config = ConfigDict(
        json_schema_extra=example({"ceremony": SOME_ID, "credential": {"id": "AQID", "type": "public-key"}})
    )

    ceremony: UUID
    credential: dict[str, Any]


class PasskeySignIn(PasskeyAnswer):
    """The same, and whether nobody else uses this device."""

    model_config = ConfigDict(
        json_schema_extra=example(
            {"ceremony": SOME_ID, "credential": {"id": "AQID", "type": "public-key"}, "own_device": True}
        )
    )

    own_device: bool = False


class AuthenticatorSecret(BaseModel):
    """What an authenticator app needs: as a QR code holds it, and to be typed. It is shown once."""

    secret: str
    uri: str


class AuthenticatorDigits(BaseModel):
    """What the app shows now."""

    model_config = ConfigDict(json_schema_extra=example({"digits": "204118"}))

    digits: Digits

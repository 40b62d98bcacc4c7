"""A wrong or missing setting is said in one line at the start, not as a fault an hour later."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from deploy.local.refusal import Refusal
from deploy.local.secret_folder import check_key, check_keys, public_half
from shared.keys import issuer_of

LOGIN_REFUSED = ("password authentication failed", "is not permitted to log in")
BROKER_REFUSED = ("WRONGPASS", "NOAUTH", "invalid username-password")


def setting(name: str) -> str | None:
    """The value of a setting, given as itself or as the file that holds it."""
    if name in os.environ:
        return os.environ[name]
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a text"
        raise Refusal(f"{name}_FILE names {path}, which cannot be read: {reason}.") from error


def required(name: str) -> str:
    value = setting(name)
    if not value:
        raise Refusal(f"{name} is not set. Set it, or set {name}_FILE to the path of a file that holds it.")
    return value


def check_settings(services: Iterable[str]) -> None:
    """Look at the secrets that are set; what is missing, each service says itself."""
    trusted = trusted_keys()
    for service in services:
        prefix = service.upper()
        check_signing_key(f"{prefix}_SIGNING_KEY", service, trusted)
        check_login(f"{prefix}_DATABASE_URL")
        if service == "members":
            check_form("MEMBERS_MASTER_KEY", check_keys, "32 bytes in base64, or several such keys, one a line")
            for name in ("MEMBERS_INDEX_KEY", "MEMBERS_LINK_KEY"):
                check_form(name, check_key, "32 bytes in base64")


def trusted_keys() -> dict[str, str]:
    text = required("TRUSTED_KEYS")
    try:
        return {key["kid"]: key["x"] for key in json.loads(text)["keys"]}
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal("TRUSTED_KEYS is not a JSON Web Key Set. `afterhours secrets` makes one.") from error


def check_form(name: str, check: Callable[[str], object], words: str) -> None:
    value = setting(name)
    if value:
        try:
            check(value)
        except (ValueError, TypeError) as error:
            raise Refusal(f"{name} is wrong: it should hold {words}. Nothing was started.") from error


def check_signing_key(name: str, issuer: str, trusted: dict[str, str]) -> None:
    check_form(name, public_half, "an Ed25519 private key (PEM)")
    value = setting(name)
    theirs = {public for kid, public in trusted.items() if issuer_of(kid) == issuer}
    if value and public_half(value) not in theirs:
        raise Refusal(
            f"{name} is wrong: its public half is not the key named {issuer!r} in TRUSTED_KEYS, "
            "so nobody would believe what it signs."
        )


def check_login(name: str) -> None:
    """Whether the database takes the password. One that does not answer at all may yet come up, and is waited for."""
    url = setting(name)
    if not url:
        return
    import psycopg

    try:
        psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1), connect_timeout=3).close()
    except psycopg.OperationalError as error:
        if any(words in str(error) for words in LOGIN_REFUSED):
            raise Refusal(f"{name} is wrong: the database does not take that name and password.") from error
    except psycopg.Error as error:
        raise Refusal(f"{name} is wrong: it is not the address of a PostgreSQL database.") from error


def check_broker() -> str:
    """The broker's URL, when the broker takes its password or does not answer yet."""
    import redis

    url = required("BROKER_URL")
    if not url.startswith(("redis://", "rediss://")):
        return url
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as connection:
            connection.ping()
    except ValueError as error:
        raise Refusal("BROKER_URL is wrong: it is not an address such as redis://:password@host:6379/0.") from error
    except redis.RedisError as error:
        if any(words in str(error) for words in BROKER_REFUSED):
            raise Refusal("BROKER_URL is wrong: the broker does not take that password.") from error
    return url

"""Replace the key that signs members' tokens, in three steps and with nobody signed out.

First everybody is told the new public key, then members signs with it, and last the old one is no longer believed. Each
call takes the next step, once enough time has gone by since the one before; what is running needs no restart.
"""

import time
from datetime import timedelta
from pathlib import Path

from deploy.local.private_files import rewrite_in_place
from deploy.local.refusal import Refusal
from deploy.local.secret_folder import new_signing_key, public_half
from deploy.local.secret_list import SIGNING, TRUSTED, key_set, public_key, published
from shared.auth import MEMBER_ISSUER, MEMBER_TOKEN_SECONDS
from shared.keys import issuer_of

NEXT = "members_signing_key_next"
KNOWN_AFTER = timedelta(minutes=1)
# Tokens of the old key have ended by then, and a little more for clocks that differ.
ENDED_AFTER = timedelta(seconds=MEMBER_TOKEN_SECONDS) + timedelta(minutes=5)


def rotate_signing_key(folder: Path) -> str:
    """Take the next step on the files of a folder; what was done and what comes next, in words."""
    if not (folder / SIGNING).is_file() or not _theirs(folder):
        raise Refusal(f"{folder} does not hold {SIGNING} and {TRUSTED}. Name the folder of the secrets with --secrets.")
    if (folder / NEXT).exists():
        return _switch(folder)
    return _drop(folder) if len(_theirs(folder)) > 1 else _publish(folder)


def _publish(folder: Path) -> str:
    pem = new_signing_key()
    path = folder / NEXT
    path.touch(mode=0o600)
    path.write_text(pem, encoding="utf-8")
    number = max(int(key["kid"].partition(".")[2] or 1) for key in _theirs(folder)) + 1
    kid = f"{MEMBER_ISSUER}.{number}"
    keys = [*published(folder / TRUSTED), public_key(kid, public_half(pem))]
    rewrite_in_place(folder / TRUSTED, key_set(keys))
    return f"Step 1 of 3: everybody is told the new key {kid}. In a minute, this command has members sign with it."


def _switch(folder: Path) -> str:
    _wait_until(folder / NEXT, KNOWN_AFTER)
    pem = (folder / NEXT).read_text(encoding="utf-8").strip()
    rewrite_in_place(folder / SIGNING, pem)
    (folder / NEXT).unlink()
    minutes = ENDED_AFTER // timedelta(minutes=1)
    return f"Step 2 of 3: members signs with the new key. In {minutes} minutes, this command takes the old one out."


def _drop(folder: Path) -> str:
    _wait_until(folder / SIGNING, ENDED_AFTER)
    own = public_half((folder / SIGNING).read_text(encoding="utf-8"))
    keys = [key for key in published(folder / TRUSTED) if issuer_of(key["kid"]) != MEMBER_ISSUER or key["x"] == own]
    rewrite_in_place(folder / TRUSTED, key_set(keys))
    return "Step 3 of 3: only the new key is believed."


def _theirs(folder: Path) -> list[dict[str, str]]:
    return [key for key in published(folder / TRUSTED) if issuer_of(key["kid"]) == MEMBER_ISSUER]


def _wait_until(file: Path, age: timedelta) -> None:
    """Refuse the next step while the one before, which wrote this file, is too young."""
    left = file.stat().st_mtime + age.total_seconds() - time.time()
    if left > 0:
        raise Refusal(f"Wait {left:.0f} seconds more, so that nobody is signed out.")

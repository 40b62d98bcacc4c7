"""The words that people say yes or no to: a file for each version, which is never changed once somebody has read it."""

import tomllib
from functools import cache
from pathlib import Path

from services.members.errors.choices import NoSuchWording
from shared.contracts.members import Purpose

# What front ends show by now; what an operator who brings in a list vouches for; and two words by themselves.
CURRENT = "2026-11"
LIST = "list-1"
STOP = "stop"
START = "start"

_FOLDER = Path(__file__).parent
_VERSIONS = frozenset(file.stem for file in _FOLDER.glob("*.toml"))


def was_shown(version: str, purpose: Purpose) -> bool:
    """Whether people had words of this version before their eyes: those have a month for a name."""
    return version[:1].isdigit() and version in _VERSIONS and purpose in wording(version)


@cache
def wording(version: str) -> dict[Purpose, str]:
    """The words of a version by purpose; raises NoSuchWording."""
    if version not in _VERSIONS:
        raise NoSuchWording
    words = tomllib.loads((_FOLDER / f"{version}.toml").read_text(encoding="utf-8"))
    return {Purpose(purpose): text for purpose, text in words.items()}

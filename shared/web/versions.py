"""`ETag` and `If-Match`: whoever changes something says which version of it they saw."""

import re
from typing import Annotated

from fastapi import Header, Response

TAG = re.compile(r'"(\d+)"')

IfMatch = Annotated[str | None, Header()]


def tag(response: Response, version: int) -> None:
    """Say which version an answer shows; it is what to send as If-Match with a change."""
    response.headers["ETag"] = f'"{version}"'


def versions_in(if_match: str | None) -> frozenset[int] | None:
    """The versions that an If-Match names; None when any will do."""
    if if_match is None or if_match.strip() == "*":
        return None
    return frozenset(int(version) for version in TAG.findall(if_match))

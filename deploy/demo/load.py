"""Brings the demo in by the APIs, as an operator and members would."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2

from deploy.demo.programme import CORE, FORUM, calendar
from shared.auth import Signer

MEMBERS = Path(__file__).parent / "members.csv"
GROUPS = (("Service User Forum", "open"), ("Women's Voices", "hidden"), ("Core Group", "closed"))
SECONDS_TO_HEAR = 20
PROGRAMMES = (("service-user-forum", FORUM), ("core-group", CORE))


def load(environment: Mapping[str, str]) -> None:
    """Make the groups, bring in members and programmes; raises httpx2.HTTPError when a service refuses."""
    today = (datetime.now(UTC) + timedelta(seconds=float(environment.get("CLOCK_OFFSET", "0")))).date()
    operator = Operator(environment)
    for name, visibility in GROUPS:
        operator.add_group(name, visibility)
    operator.import_members(MEMBERS.read_bytes())
    for group, evenings in PROGRAMMES:
        operator.import_programme(group, calendar(group, evenings, today))


class Operator:
    """Calls services with the operator's key."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._urls = environment["SERVICE_URLS"]
        self._signer = Signer("operator", environment["OPERATOR_SIGNING_KEY"])

    def import_programme(self, group: str, content: bytes) -> None:
        """Events hears of a new group by message, a moment after members made it: until then it is asked again."""
        path = f"/imports/programme?group={group}&name={group}.ics"
        for _ in range(SECONDS_TO_HEAR * 10):
            answer = self._send("events", path, "programme:import", content, "text/calendar")
            if answer.status_code != httpx2.codes.NOT_FOUND:
                break
            time.sleep(0.1)
        answer.raise_for_status()

    def import_members(self, content: bytes) -> None:
        """Bring in a table of members."""
        self._send("members", "/imports/members", "members:import", content, "text/csv").raise_for_status()

    def add_group(self, name: str, visibility: str) -> None:
        """Make a group."""
        body = json.dumps({"name": name, "visibility": visibility}).encode()
        self._send("members", "/groups", "groups:write", body, "application/json").raise_for_status()

    def _send(self, service: str, path: str, scope: str, content: bytes, kind: str) -> httpx2.Response:
        token = self._signer.service_token(service, scope)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        return httpx2.post(self._urls.format(service=service) + path, content=content, headers=headers, timeout=60)

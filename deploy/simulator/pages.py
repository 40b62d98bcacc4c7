"""What every page shares: the templates, the words for states and faults, and links that can be followed."""

import re
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import Response
from markupsafe import Markup, escape
from starlette.templating import Jinja2Templates

from deploy.simulator import segments
from deploy.simulator.faults import Fault
from deploy.simulator.simulator import Simulator

HERE = Path(__file__).parent
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}]")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'"
)
WHAT_HAPPENED: dict[Fault, str] = {
    "duplicate": "came a second time",
    "drop": "lost on the way",
    "accept_then_die": "arrived, but the sender got no answer",
}

templates = Jinja2Templates(directory=HERE / "templates")


def show(
    request: Request, template: str, *, status: HTTPStatus = HTTPStatus.OK, policy: str = POLICY, **values: Any
) -> Response:
    """A page. Nothing on it runs, and nothing is fetched from elsewhere."""
    headers = {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
    return templates.TemplateResponse(request, template, values, status_code=status, headers=headers)


def local_time(simulator: Simulator, moment: datetime) -> str:
    """The time alone today, with its day otherwise."""
    zone = ZoneInfo(simulator.settings.timezone)
    there = moment.astimezone(zone)
    today = simulator.clock().astimezone(zone).date()
    return there.strftime("%H:%M") if there.date() == today else there.strftime("%a %-d %b %H:%M")


def with_links(text: str) -> Markup:
    """The text, safe to show, with its web addresses as links."""
    parts: list[Markup] = []
    end = 0
    for found in LINK.finditer(text):
        parts += (escape(text[end : found.start()]), _link(found.group()))
        end = found.end()
    return Markup().join([*parts, escape(text[end:])])


def _link(address: str) -> Markup:
    return Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(address)


def _happened(trouble: list[str]) -> list[str]:
    return [words for fault, words in WHAT_HAPPENED.items() if fault in trouble]


templates.env.trim_blocks = templates.env.lstrip_blocks = True
templates.env.filters.update(links=with_links, parts=segments.count, happened=_happened)

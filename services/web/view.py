"""From facts to a page: templates, compiled once, and answers that are packed once."""

import gzip
import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from starlette.requests import Request
from starlette.responses import Response

from services.web.dates import day_words, span_words
from services.web.statics import Statics

PAGES_KEPT_AT_MOST = 200
NOT_WORTH_PACKING = 500
DIGITS_TOGETHER = 4


@dataclass(frozen=True)
class Rendered:
    """A page, as it is and packed."""

    body: bytes
    packed: bytes | None
    tag: str

    @classmethod
    def of(cls, text: str) -> "Rendered":
        """A page made ready to be sent."""
        body = text.encode()
        packed = gzip.compress(body, compresslevel=6, mtime=0) if len(body) > NOT_WORTH_PACKING else None
        return cls(body, packed, f'W/"{hashlib.sha256(body).hexdigest()[:20]}"')


class View:
    """Renders pages."""

    def __init__(self, programme_name: str, statics: Statics) -> None:
        self._always = {"programme_name": programme_name, "static": statics.url}
        self._kept: dict[Hashable, tuple[Hashable, Rendered]] = {}

    def page(self, template: str, facts: Mapping[str, Any]) -> Rendered:
        """One page."""
        return Rendered.of(TEMPLATES[template].render(self._always | dict(facts)))

    def kept_page(
        self, key: Hashable, version: Hashable, template: str, facts: Callable[[], Mapping[str, Any]]
    ) -> Rendered:
        """A page for everybody, rendered again only when its `version` is another."""
        kept = self._kept.get(key)
        if kept is not None and kept[0] == version:
            return kept[1]
        page = self.page(template, facts())
        if key not in self._kept and len(self._kept) >= PAGES_KEPT_AT_MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = (version, page)
        return page


def answer(request: Request, page: Rendered, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page as this browser takes it."""
    headers = {"Vary": "Accept-Encoding, Cookie"} | dict(headers or {})
    if page.packed is None or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(page.body, status, headers, media_type="text/html")
    headers["Content-Encoding"] = "gzip"
    return Response(page.packed, status, headers, media_type="text/html")


def in_fours(digits: str) -> str:
    """1234 5678 9012 3456: a long number as it is read out."""
    return " ".join(digits[i : i + DIGITS_TOGETHER] for i in range(0, len(digits), DIGITS_TOGETHER))


def _compiled() -> dict[str, Template]:
    environment = Environment(
        loader=PackageLoader("services.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"day": day_words, "span": span_words, "in_fours": in_fours}
    return {name: environment.get_template(name) for name in environment.list_templates()}


TEMPLATES = _compiled()

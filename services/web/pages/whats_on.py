"""What's on: the page most people see, and the only one that anybody may keep for a moment."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Response
from starlette.status import HTTP_304_NOT_MODIFIED

from services.web.apis.programme import Going, Group, Occurrence, Programme
from services.web.dates import days_of
from services.web.view import answer
from services.web.visit import Here, Visit
from services.web.words import AWAY
from shared.errors import ServiceError, TryAgain

LONGEST_CHOICE = 400

# Browsers ask each time, and are told «no change» in a few bytes: after signing in nobody may be shown the old page.
FOR_EVERYBODY = "public, max-age=0, s-maxage=5"

pages = APIRouter(include_in_schema=False)


@pages.get("/")
async def show(visit: Here, group: str = "", after: str = "") -> Response:
    """What is on, from today on."""
    chosen = (group[:LONGEST_CHOICE] or None, after[:LONGEST_CHOICE] or None)
    try:
        if visit.member is not None:
            return await _for_member(visit, visit.member.token, *chosen)
        return await _for_everybody(visit, *chosen)
    except TryAgain:
        return visit.away("problem.html", title="What's on", heading="What's on is away for a moment", what=AWAY)
    except ServiceError:
        # A group or a place in the list that is not there: the whole list is.
        return visit.page("whats_on.html", 404, **_facts(visit, Programme(items=[]), *chosen, lost=True))


async def _for_everybody(visit: Visit, group: str | None, after: str | None) -> Response:
    site = visit.site
    programme = await site.apis.programme.public_list(group, after)
    if visit.unsure or visit.session is not None:
        return visit.page("whats_on.html", **_facts(visit, programme.value, group, after))
    page = site.view.kept_page(
        (group, after),
        (programme.serial, site.today()),
        "whats_on.html",
        lambda: _facts(visit, programme.value, group, after) | {"member": None, "today": site.today()},
    )
    headers = {"Cache-Control": FOR_EVERYBODY, "ETag": page.tag}
    if visit.request.headers.get("if-none-match") == page.tag:
        return Response(status_code=HTTP_304_NOT_MODIFIED, headers=headers | {"Vary": "Accept-Encoding, Cookie"})
    return answer(visit.request, page, headers=headers)


async def _for_member(visit: Visit, token: str, group: str | None, after: str | None) -> Response:
    # One after the other: together they would need two connections, and both are quick.
    programme = await visit.site.apis.programme.list_for(group, after, token)
    answers = await visit.site.apis.programme.answers(token)
    return visit.page("whats_on.html", **_facts(visit, programme, group, after, answers))


def _facts(
    visit: Visit,
    programme: Programme,
    group: str | None,
    after: str | None,
    answers: dict[UUID, Going] | None = None,
    *,
    lost: bool = False,
) -> dict[str, Any]:
    groups = _groups(programme.items)
    return {
        "days": days_of(programme.items, visit.site.today()),
        "answers": answers or {},
        "groups": groups if len(groups) > 1 else [],
        "group": next((each for each in groups if each.slug == group), None),
        "filtered": group is not None,
        "started_later": after is not None,
        "more": _more(group, programme.next),
        "lost": lost,
        "unsure": visit.unsure,
    }


def _groups(items: Sequence[Occurrence]) -> list[Group]:
    found = {each.group.slug: each.group for each in items}
    return sorted(found.values(), key=lambda group: group.name.casefold())


def _more(group: str | None, after: str | None) -> str | None:
    if after is None:
        return None
    return "/?" + urlencode({name: value for name, value in (("group", group), ("after", after)) if value})

from typing import Annotated

from fastapi import Path, Query, Request, Response

from services.events.routes.dependencies import say_who_may_keep_it
from services.events.schemas.posters import FreeEvenings, Poster
from services.events.schemas.words import LONGEST_NAME, NAME
from services.events.use_cases import posters as use_cases
from shared.web import InTransaction, MemberCaller, Now, router

MOST_WEEKS = 26
FOR_ALL = "public, max-age=60"

Slug = Annotated[str, Path(pattern=NAME, max_length=LONGEST_NAME)]

posters = router(tags=["programme"])


@posters.get("/poster")
def make_poster(
    request: Request, response: Response, session: InTransaction, now: Now, week: str | None = None
) -> Poster:
    """A week of the whole programme to hang on a wall; this week, where none like `2026-W48` is named."""
    response.headers["Cache-Control"] = FOR_ALL
    return use_cases.make_poster(session, None, week, zone=request.app.state.timezone, now=now)


@posters.get("/groups/{slug}/poster")
def make_group_poster(
    slug: Slug, request: Request, response: Response, session: InTransaction, now: Now, *, week: str | None = None
) -> Poster:
    """A week of one group to hang on a wall. There is none of a hidden group, for anyone."""
    response.headers["Cache-Control"] = FOR_ALL
    return use_cases.make_poster(session, slug, week, zone=request.app.state.timezone, now=now)


@posters.get("/groups/{slug}/free-evenings")
def suggest_evenings(
    *,
    slug: Slug,
    weeks: Annotated[int, Query(ge=1, le=MOST_WEEKS)] = 6,
    request: Request,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: MemberCaller,
) -> FreeEvenings:
    """The evenings on which the group has nothing yet, the best first."""
    say_who_may_keep_it(response, caller)
    state = request.app.state
    return use_cases.suggest_evenings(
        session, slug, caller, weeks=weeks, zone=state.timezone, holidays=state.bank_holidays, now=now
    )

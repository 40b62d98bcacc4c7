from typing import Annotated

from fastapi import Depends, Query, Request

from services.events.schemas.imports import ImportReport
from services.events.schemas.words import LONGEST_NAME, NAME
from services.events.use_cases import importing
from shared.web import InTransaction, Now, requires, router

imports = router(prefix="/imports", tags=["programme"])

GroupSlug = Annotated[str, Query(pattern=NAME, max_length=LONGEST_NAME)]
FileName = Annotated[str, Query(pattern=NAME, max_length=LONGEST_NAME)]


async def _body(request: Request) -> bytes:
    return await request.body()


@imports.post(
    "/programme",
    dependencies=[requires("programme:import")],
    openapi_extra={"requestBody": {"required": True, "content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
def import_programme(
    *,
    request: Request,
    session: InTransaction,
    now: Now,
    data: Annotated[bytes, Depends(_body)],
    group: GroupSlug,
    name: FileName = "calendar.ics",
    replace: bool = False,
) -> ImportReport:
    """Bring in a calendar file as the programme of a group; `replace` also calls off what the file no longer has."""
    return importing.import_programme(
        session,
        group,
        data,
        name,
        replace=replace,
        zone=request.app.state.timezone,
        weeks=request.app.state.horizon_weeks,
        now=now,
    )

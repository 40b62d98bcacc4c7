from typing import Annotated

from fastapi import Body

from services.members import use_cases
from services.members.routes.dependencies import TheHouse, kept_nowhere
from services.members.schemas.imports import ImportReport
from shared.web import InTransaction, Now, requires, router

imports = router(prefix="/imports", tags=["imports"])


@imports.post("/members", dependencies=[requires("members:import"), kept_nowhere])
def import_members(
    session: InTransaction,
    now: Now,
    house: TheHouse,
    content: Annotated[bytes, Body(media_type="text/csv")] = b"",
    *,
    create_groups: bool = False,
) -> ImportReport:
    """Bring in a list of members as CSV. Importing a list twice changes nothing the second time."""
    return use_cases.import_members(session, content, house, create_groups=create_groups, now=now)

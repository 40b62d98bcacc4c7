from services.members import use_cases
from services.members.routes.dependencies import TheHouse
from services.members.schemas.vault import Rewrapped, RewrapWanted
from shared.web import InTransaction, requires, router

keys = router(prefix="/internal/keys", tags=["keys"])


@keys.post("/rewraps", dependencies=[requires("vault:rotate")])
def rewrap_keys(wanted: RewrapWanted, session: InTransaction, house: TheHouse) -> Rewrapped:
    """Wrap some members' keys anew with the newest master key; with a limit of 0, only say how many are left."""
    return use_cases.rewrap_keys(session, house.vault, wanted.limit)

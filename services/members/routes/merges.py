from uuid import UUID

from services.members import use_cases
from services.members.routes.dependencies import MemberCaller, TheHouse, TheWayIn, kept_nowhere, private, recent
from services.members.schemas.helping import CardInHand, MergeDraft, MergeProposed
from shared.web import InTransaction, Now, router

merges = router(tags=["merges"], dependencies=[private])


@merges.post("/me/merges", status_code=201, dependencies=[kept_nowhere, recent])
def propose_merge(
    shown: CardInHand, session: InTransaction, now: Now, way_in: TheWayIn, caller: MemberCaller
) -> MergeProposed:
    """Show the card of another record of mine. Nothing is joined until I confirm it."""
    return use_cases.propose_merge(session, shown, caller, codes=way_in.codes, now=now)


@merges.post("/merges", status_code=201)
def propose_helped_merge(draft: MergeDraft, session: InTransaction, now: Now, caller: MemberCaller) -> MergeProposed:
    """Say that two records that I am helping are of one person. Nothing is joined until I confirm it."""
    return use_cases.propose_helped_merge(session, draft, caller, now=now)


@merges.post("/merges/{merge_id}/confirmations", status_code=204)
def confirm_merge(merge_id: UUID, session: InTransaction, now: Now, house: TheHouse, caller: MemberCaller) -> None:
    """Join the two, for good."""
    use_cases.confirm_merge(session, merge_id, caller, house=house, now=now)

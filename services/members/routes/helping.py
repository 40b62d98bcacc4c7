from uuid import UUID

from services.members import use_cases
from services.members.routes.dependencies import (
    MemberCaller,
    MyId,
    TheHouse,
    TheLimits,
    TheWayIn,
    kept_nowhere,
    private,
)
from services.members.schemas.helping import CardInHand, Helpers, HelpingBegun, SignedUp, SignUpDraft
from shared.web import InTransaction, Now, router

helping = router(tags=["helping"], dependencies=[private])


@helping.post("/helping", status_code=201, dependencies=[kept_nowhere])
def begin_helping(
    shown: CardInHand, session: InTransaction, now: Now, *, house: TheHouse, way_in: TheWayIn, caller: MemberCaller
) -> HelpingBegun:
    """Help somebody for half an hour, with their card in hand."""
    return use_cases.begin_helping(
        session,
        shown,
        caller,
        asker=str(caller.member_id),
        codes=way_in.codes,
        chain=house.chain,
        now=now,
    )


@helping.delete("/helping/{helping_id}", status_code=204)
def end_helping(helping_id: UUID, session: InTransaction, now: Now, member_id: MyId) -> None:
    """Stop helping, or being helped."""
    use_cases.end_helping(session, helping_id, member_id, now=now)


@helping.get("/me/helpers")
def list_helpers(session: InTransaction, member_id: MyId) -> Helpers:
    """Who helped me, and when."""
    return Helpers(items=use_cases.list_helpers(session, member_id))


@helping.post("/members", status_code=201, dependencies=[kept_nowhere])
def sign_up(
    draft: SignUpDraft,
    session: InTransaction,
    now: Now,
    *,
    house: TheHouse,
    limits: TheLimits,
    way_in: TheWayIn,
    caller: MemberCaller,
) -> SignedUp:
    """Make a member of somebody who is here with me, and help them. They take over with the card I give them.

    A code is on its way to each address they told. It is theirs once that was entered.
    """
    return use_cases.sign_up(session, draft, caller, house=house, limits=limits, codes=way_in.codes, now=now)

from typing import Annotated
from uuid import UUID

from services.members import use_cases
from services.members.routes.dependencies import MemberCaller, MyId, TheHouse, TheWayIn, kept_nowhere, recent
from services.members.schemas.sign_in import CardIssued, Cards, CardsWanted, NamedCard
from services.members.use_cases.granting import for_whom
from shared.auth import Caller
from shared.web import InTransaction, Now, Page, requires, router

cards = router(tags=["cards"])


@cards.post("/me/cards", status_code=201, dependencies=[kept_nowhere, recent])
def issue_my_card(session: InTransaction, me: MyId, now: Now, way_in: TheWayIn, house: TheHouse) -> CardIssued:
    """A new paper card for me. The one I had stops working."""
    return use_cases.issue_card(session, me, issued_by=me, way_in=way_in, chain=house.chain, now=now)


@cards.post("/members/{member_id}/cards", status_code=201, dependencies=[kept_nowhere])
def issue_card(
    member_id: UUID,
    session: InTransaction,
    caller: MemberCaller,
    *,
    me: MyId,
    now: Now,
    way_in: TheWayIn,
    house: TheHouse,
) -> CardIssued:
    """A new paper card for somebody I am helping."""
    whose = for_whom(session, caller, member_id, now)
    return use_cases.issue_card(session, whose, issued_by=me, way_in=way_in, chain=house.chain, now=now)


@cards.post("/cards", status_code=201, dependencies=[kept_nowhere])
def issue_cards(
    wanted: CardsWanted,
    session: InTransaction,
    caller: Annotated[Caller, requires("cards:issue")],
    *,
    now: Now,
    way_in: TheWayIn,
    house: TheHouse,
) -> Page[NamedCard]:
    """New paper cards for many, to be printed. Those they had stop working; each of them can read that it was done."""
    return use_cases.issue_cards(session, wanted, actor=caller.issuer, way_in=way_in, chain=house.chain, now=now)


@cards.get("/me/cards")
def list_my_cards(session: InTransaction, me: MyId) -> Cards:
    """The cards that let me in."""
    return Cards(items=use_cases.list_cards(session, me))


@cards.delete("/me/cards", status_code=204, dependencies=[recent])
def end_my_cards(session: InTransaction, caller: MemberCaller, me: MyId, *, now: Now, house: TheHouse) -> None:
    """No card lets me in any more, and where one had let anybody in they are out, but for here."""
    use_cases.end_my_cards(session, me, caller.session_id, chain=house.chain, now=now)

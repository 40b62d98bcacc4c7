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
    recent,
)
from services.members.routes.whom import Whom, named
from services.members.schemas.addresses import AddressDraft, DeviceDraft, MyAddresses, TelegramStart
from services.members.schemas.sign_in import ChallengeMade, CodeShown
from shared.web import InTransaction, Now, router

my_addresses = router(prefix="/me/addresses", tags=["addresses"])
addresses_of_a_member = router(prefix="/members/{member_id}/addresses", tags=["addresses"], dependencies=[named])


@my_addresses.get("", dependencies=[private])
def list_my_addresses(session: InTransaction, me: MyId, now: Now, house: TheHouse) -> MyAddresses:
    """Where I can be reached: a hint of each address, and when it last showed that it is mine."""
    return MyAddresses(items=use_cases.list_my_addresses(session, me, vault=house.vault, now=now))


@my_addresses.post("", status_code=201, dependencies=[kept_nowhere, recent])
def claim_address(
    draft: AddressDraft,
    session: InTransaction,
    me: MyId,
    *,
    now: Now,
    house: TheHouse,
    limits: TheLimits,
    way_in: TheWayIn,
) -> ChallengeMade:
    """Have a code sent to an address of mine. The answer is the same whether or not somebody else has it."""
    return use_cases.claim_address(
        session, me, draft.channel, draft.address, asker=me, house=house, limits=limits, codes=way_in.codes, now=now
    )


@my_addresses.post("/confirmations", status_code=204, dependencies=[kept_nowhere, recent])
def confirm_address(
    shown: CodeShown, session: InTransaction, me: MyId, *, now: Now, house: TheHouse, way_in: TheWayIn
) -> None:
    """Enter the code. From then on the address is mine, in place of the one I had on its channel."""
    use_cases.confirm_address(session, me, shown, by=me, codes=way_in.codes, chain=house.chain, now=now)


@addresses_of_a_member.post("/confirmations", status_code=204, dependencies=[kept_nowhere])
def confirm_address_with_a_helper(
    shown: CodeShown, session: InTransaction, whom: Whom, *, caller: MyId, now: Now, house: TheHouse, way_in: TheWayIn
) -> None:
    """Enter the code that came for somebody who is here with me and has just joined."""
    use_cases.confirm_address(session, whom, shown, by=caller, codes=way_in.codes, chain=house.chain, now=now)


@my_addresses.post("/telegram", status_code=201, dependencies=[kept_nowhere, recent])
def begin_telegram(session: InTransaction, me: MyId, *, now: Now, house: TheHouse, way_in: TheWayIn) -> TelegramStart:
    """Get what I send to the bot. The chat that it comes from is mine then."""
    return use_cases.begin_telegram(session, me, house=house, codes=way_in.codes, now=now)


@my_addresses.post("/push", status_code=204, dependencies=[kept_nowhere, recent])
def own_device(
    device: DeviceDraft, session: InTransaction, me: MyId, *, caller: MemberCaller, now: Now, house: TheHouse
) -> None:
    """Get notes on this device of mine, and no more on the one before."""
    use_cases.own_device(session, me, caller.session_id, device, house=house, now=now)


@my_addresses.delete("/{address_id}", status_code=204, dependencies=[recent])
def remove_address(address_id: UUID, session: InTransaction, me: MyId, *, now: Now, house: TheHouse) -> None:
    """Be reached there no more. For a week after a card of mine was used, mail takes a code that was sent there."""
    use_cases.remove_address(session, me, address_id, chain=house.chain, now=now)

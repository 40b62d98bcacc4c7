from typing import Annotated

from services.members import use_cases
from services.members.routes.dependencies import TheHouse, TheLinks, TheSigner, TheWayIn, kept_nowhere
from services.members.schemas.addresses import ChatShown
from services.members.schemas.vault import AddressesFound, AddressesWanted, Sender, SenderIdentified
from shared.auth import Caller
from shared.web import InTransaction, Now, requires, router

addresses = router(prefix="/internal/addresses", tags=["addresses"], dependencies=[kept_nowhere])


@addresses.post("/resolve")
def resolve_addresses(
    wanted: AddressesWanted,
    session: InTransaction,
    *,
    now: Now,
    house: TheHouse,
    links: TheLinks,
    way_in: TheWayIn,
    caller: Annotated[Caller, requires("vault:resolve")],
) -> AddressesFound:
    """Where to send to. Every look is written down with its reason."""
    found = use_cases.resolve_addresses(
        session,
        wanted.items,
        reason=wanted.reason,
        asked_by=caller.issuer,
        vault=house.vault,
        chain=house.chain,
        links=links,
        way_in=way_in,
        now=now,
    )
    return AddressesFound(items=found)


@addresses.post("/identify", dependencies=[requires("vault:identify")])
def identify_sender(
    sender: Sender, session: InTransaction, *, now: Now, house: TheHouse, signer: TheSigner
) -> SenderIdentified:
    """Who wrote from this address, with a token to act for them."""
    return use_cases.identify_sender(session, sender.channel, sender.address, vault=house.vault, signer=signer, now=now)


@addresses.post("/telegram", status_code=204, dependencies=[requires("vault:claim")])
def own_chat(shown: ChatShown, session: InTransaction, *, now: Now, house: TheHouse, way_in: TheWayIn) -> None:
    """Make a chat the address of who was shown what came from there. The refusal never says what is wrong."""
    use_cases.own_chat(session, shown, house=house, codes=way_in.codes, now=now)

from fastapi import Request

from services.members import use_cases
from services.members.routes.dependencies import (
    TheHouse,
    TheLimits,
    TheLinks,
    TheSigner,
    TheWayIn,
    kept_nowhere,
    vouched,
)
from services.members.schemas.sign_in import (
    ChallengeMade,
    KeySet,
    SessionBegun,
    SessionSecret,
    SignedIn,
    SignIn,
    SignInAsking,
)
from shared.web import CurrentCaller, InTransaction, Now, router

sign_in = router(tags=["sign-in"])


@sign_in.post("/challenges", status_code=201, dependencies=[kept_nowhere])
def ask_to_sign_in(
    asking: SignInAsking,
    session: InTransaction,
    now: Now,
    *,
    caller: CurrentCaller,
    house: TheHouse,
    limits: TheLimits,
    way_in: TheWayIn,
) -> ChallengeMade:
    """Have a code sent to an address. The answer is the same whether or not anybody has it."""
    return use_cases.ask_to_sign_in(
        session,
        asking.channel,
        asking.address,
        asker=vouched(caller, asking.asker),
        house=house,
        limits=limits,
        codes=way_in.codes,
        now=now,
    )


@sign_in.post("/sessions", status_code=201, dependencies=[kept_nowhere])
def begin_session(
    shown: SignIn,
    session: InTransaction,
    now: Now,
    *,
    caller: CurrentCaller,
    house: TheHouse,
    links: TheLinks,
    way_in: TheWayIn,
    signer: TheSigner,
) -> SessionBegun:
    """Sign in with a personal link, a code, a link that was asked for, or a paper card."""
    return use_cases.begin_session(
        session,
        shown,
        asker=vouched(caller, shown.asker),
        links=links,
        codes=way_in.codes,
        chain=house.chain,
        signer=signer,
        now=now,
    )


@sign_in.post("/tokens", dependencies=[kept_nowhere])
def renew_token(secret: SessionSecret, session: InTransaction, now: Now, signer: TheSigner) -> SignedIn:
    """A new token for a device that is signed in."""
    return use_cases.renew_token(session, secret.session, signer=signer, now=now)


@sign_in.delete("/sessions", status_code=204)
def end_session(secret: SessionSecret, session: InTransaction) -> None:
    """Sign out. It always works, also for who was not signed in."""
    use_cases.end_session(session, secret.session)


@sign_in.get("/.well-known/jwks.json")
async def read_keys(request: Request) -> KeySet:
    """The public half of the key that signs members' tokens."""
    return KeySet(keys=request.app.state.verifier.keys.of("members"))

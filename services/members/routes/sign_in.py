from fastapi import Request

from services.members import use_cases
from services.members.routes.dependencies import TheLinks, TheSigner, kept_nowhere
from services.members.schemas import KeySet, LinkCode, SessionBegun, SessionSecret, SignedIn
from shared.web import InTransaction, Now, router

sign_in = router(tags=["sign-in"])


@sign_in.post("/sessions", status_code=201, dependencies=[kept_nowhere])
def begin_session(link: LinkCode, session: InTransaction, now: Now, links: TheLinks, signer: TheSigner) -> SessionBegun:
    """Sign in with a personal link."""
    return use_cases.begin_session(session, link.link, links=links, signer=signer, now=now)


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
    return KeySet.model_validate(request.app.state.key_set)

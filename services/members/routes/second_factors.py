from uuid import UUID

from fastapi import Request

from services.members import use_cases
from services.members.routes.dependencies import MemberCaller, MyId, TheHouse, TheRelyingParty, TheSigner, kept_nowhere
from services.members.schemas.second_factors import (
    AuthenticatorDigits,
    AuthenticatorSecret,
    CeremonyBegun,
    PasskeyAnswer,
    PasskeySignIn,
    PasskeyView,
    SecondFactors,
)
from services.members.schemas.sign_in import SessionBegun, SignedIn
from shared.web import InTransaction, Now, router

second_factors = router(tags=["second factors"], dependencies=[kept_nowhere])


@second_factors.get("/me/second-factors")
def list_second_factors(session: InTransaction, member_id: MyId) -> SecondFactors:
    """What I can show beside how I signed in."""
    return use_cases.list_second_factors(session, member_id)


@second_factors.post("/me/passkeys/options", status_code=201)
def begin_passkey(session: InTransaction, now: Now, party: TheRelyingParty, caller: MemberCaller) -> CeremonyBegun:
    """Begin to add a passkey: my first just after I signed in with a card that somebody else made for me.

    A further one after I showed one that I have.
    """
    return use_cases.begin_passkey(session, caller, party=party, now=now)


@second_factors.post("/me/passkeys", status_code=201)
def add_passkey(
    answer: PasskeyAnswer,
    session: InTransaction,
    now: Now,
    *,
    party: TheRelyingParty,
    house: TheHouse,
    caller: MemberCaller,
) -> PasskeyView:
    """Add the passkey that my device has made. Ask for a new token after it: this session has my powers by now."""
    return use_cases.add_passkey(
        session, caller, answer.ceremony, answer.credential, party=party, chain=house.chain, now=now
    )


@second_factors.delete("/me/passkeys/{passkey_id}", status_code=204)
def remove_passkey(passkey_id: UUID, session: InTransaction, now: Now, house: TheHouse, caller: MemberCaller) -> None:
    """Take a passkey back."""
    use_cases.remove_passkey(session, caller, passkey_id, chain=house.chain, now=now)


@second_factors.post("/me/authenticator", status_code=201)
def begin_authenticator(
    request: Request, session: InTransaction, now: Now, house: TheHouse, caller: MemberCaller
) -> AuthenticatorSecret:
    """Get the secret for an authenticator app. It counts once I have shown its digits."""
    issuer = request.app.state.relying_party.name
    return use_cases.begin_authenticator(session, caller, house=house, issuer=issuer, now=now)


@second_factors.put("/me/authenticator")
def confirm_authenticator(
    shown: AuthenticatorDigits,
    session: InTransaction,
    now: Now,
    *,
    house: TheHouse,
    signer: TheSigner,
    caller: MemberCaller,
) -> SignedIn:
    """Show the first digits of my app, so that it counts."""
    return use_cases.confirm_authenticator(session, caller, shown.digits, house=house, signer=signer, now=now)


@second_factors.delete("/me/authenticator", status_code=204)
def remove_authenticator(session: InTransaction, now: Now, house: TheHouse, caller: MemberCaller) -> None:
    """Take my authenticator app back."""
    use_cases.remove_authenticator(session, caller, chain=house.chain, now=now)


@second_factors.post("/sessions/strength/passkey/options", status_code=201)
def ask_for_passkey(session: InTransaction, now: Now, party: TheRelyingParty, caller: MemberCaller) -> CeremonyBegun:
    """Begin to show a passkey of mine in this session."""
    return use_cases.ask_for_passkey(session, caller, party=party, now=now)


@second_factors.post("/sessions/strength/passkey")
def show_passkey(
    answer: PasskeyAnswer,
    session: InTransaction,
    now: Now,
    *,
    party: TheRelyingParty,
    signer: TheSigner,
    caller: MemberCaller,
) -> SignedIn:
    """Show it. This session has my powers for twelve hours, and the token in the answer says so."""
    return use_cases.show_passkey(
        session, caller, answer.ceremony, answer.credential, party=party, signer=signer, now=now
    )


@second_factors.post("/sessions/strength/authenticator")
def show_digits(
    shown: AuthenticatorDigits,
    session: InTransaction,
    now: Now,
    *,
    house: TheHouse,
    signer: TheSigner,
    caller: MemberCaller,
) -> SignedIn:
    """Show the digits of my app: the same, by another second factor."""
    return use_cases.show_digits(session, caller, shown.digits, vault=house.vault, signer=signer, now=now)


@second_factors.post("/sessions/passkey/options", status_code=201)
def ask_anybody_for_passkey(now: Now, party: TheRelyingParty) -> CeremonyBegun:
    """Begin to sign in with a passkey."""
    return use_cases.ask_anybody_for_passkey(party, now)


@second_factors.post("/sessions/passkey", status_code=201)
def sign_in_with_passkey(
    answer: PasskeySignIn, session: InTransaction, now: Now, party: TheRelyingParty, signer: TheSigner
) -> SessionBegun:
    """Sign in with a passkey alone."""
    return use_cases.sign_in_with_passkey(
        session, answer.ceremony, answer.credential, own_device=answer.own_device, party=party, signer=signer, now=now
    )

"""Where a member is reached: add a number or an email by the code that is sent there, or take one away."""

from fastapi import APIRouter, Response

from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.visit import Form

LONGEST_ADDRESS = 254
LONGEST_CODE = 200
WORDS = {"sms": "Phone", "whatsapp": "WhatsApp", "email": "Email", "telegram": "Telegram", "push": "A device"}

pages = APIRouter(include_in_schema=False)


@pages.get("/me/addresses")
async def show(me: Me) -> Response:
    """All of them, each by its end."""
    return await _show(me)


@pages.post("/me/addresses")
async def add(me: Me) -> Response:
    """Have a code sent."""

    async def act(form: Form) -> Response:
        address = form.get("address")[:LONGEST_ADDRESS]
        channel = "email" if "@" in address else "sms"
        me.visit.hold(await me.apis.record.claim_address(channel, address, me.token), "claim")
        return me.visit.go("/me/addresses/code")

    return await me.press(act, _show)


@pages.get("/me/addresses/code")
async def ask_for_code(me: Me) -> Response:
    """Where the code goes."""
    return await _ask_for_code(me)


@pages.post("/me/addresses/code")
async def confirm(me: Me) -> Response:
    """Make the address theirs."""

    async def act(form: Form) -> Response:
        if me.visit.claim is None:
            return me.visit.go("/me/addresses")
        shown = me.visit.claim | {"code": form.get("code")[:LONGEST_CODE]}
        await me.apis.record.confirm_address(shown, me.token)
        me.visit.drop_claim()
        return me.visit.go("/me/addresses")

    return await me.press(act, _ask_for_code)


@pages.post("/me/addresses/remove")
async def remove(me: Me) -> Response:
    """Be reached there no more."""

    async def act(form: Form) -> Response:
        await me.apis.record.remove_address(form.id_in("which"), me.token)
        return me.visit.go("/me/addresses")

    return await me.press(act, _show)


async def _show(me: MemberVisit, refusal: Refusal | None = None) -> Response:
    addresses = await me.apis.record.addresses(me.token)
    card = bool(await me.apis.record.cards(me.token))
    return me.page("addresses.html", addresses=addresses, card=card, words=WORDS, refusal=refusal)


async def _ask_for_code(me: MemberVisit, refusal: Refusal | None = None) -> Response:
    if me.visit.claim is None:
        return me.visit.go("/me/addresses")
    return me.page("address_code.html", refusal=refusal)

"""The pages with the phones: what reached them, and a box to text back."""

from collections import deque
from http import HTTPStatus
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from deploy.simulator.fault_forms import knob_rows
from deploy.simulator.pages import local_time, show
from deploy.simulator.phones import is_number
from deploy.simulator.simulator import Sim
from deploy.simulator.store import Mail, Text
from deploy.simulator.twilio_shapes import LONGEST

IN_FULL = 12
"""How many phones and mailboxes the first page shows in full; the others are links."""
IN_THE_LIST = 200
LINES = 30

router = APIRouter(include_in_schema=False)
Words = Annotated[str, Form(min_length=1, max_length=LONGEST)]


@router.get("/")
async def everything(request: Request, sim: Sim) -> Response:
    """All phones and mailboxes, the most recent first, and the faults in force."""
    return show(
        request,
        "everything.html",
        sim=sim,
        time=lambda moment: local_time(sim, moment),
        phones=_recent(sim.store.phones),
        mailboxes=_recent(sim.store.mailboxes),
        more_phones=_others(sim.store.phones),
        more_mailboxes=_others(sim.store.mailboxes),
        newest=lambda thread: list(thread)[-LINES:],
        knobs=knob_rows(sim.luck.faults),
    )


@router.get("/phones/{number}")
async def one_phone(number: str, request: Request, sim: Sim) -> Response:
    texts = list(sim.store.phones.get(_known(number), ()))
    return show(request, "phone.html", sim=sim, number=number, texts=texts, time=lambda moment: local_time(sim, moment))


@router.post("/phones")
async def text_from_anywhere(number: Annotated[str, Form()], text: Words, sim: Sim) -> Response:
    """A text from a phone that nobody has heard of yet."""
    number = number.replace(" ", "")
    await sim.carrier.hear(_known(number), text)
    return _see(f"/#phone-{number[1:]}")


@router.post("/phones/{number}/reply")
async def text_back(number: str, text: Words, sim: Sim, back: Annotated[str, Form()] = "") -> Response:
    """The box under a phone. The page is shown again once the product has answered."""
    await sim.carrier.hear(_known(number), text)
    return _see(f"/#phone-{number[1:]}" if back == "everything" else f"/phones/{number}#newest")


@router.post("/clear")
async def clear(sim: Sim) -> Response:
    """Empty phones and mailboxes; who opted out stays opted out."""
    sim.store.clear()
    return _see("/")


def _known(number: str) -> str:
    if not is_number(number):
        raise HTTPException(422, "Give the phone number with its country, as +447700900123, without spaces.")
    return number


def _see(address: str) -> Response:
    return RedirectResponse(address, status_code=HTTPStatus.SEE_OTHER)


def _recent[Item: (Text, Mail)](threads: dict[str, deque[Item]]) -> list[tuple[str, deque[Item]]]:
    return list(islice(reversed(threads.items()), IN_FULL))


def _others[Item: (Text, Mail)](threads: dict[str, deque[Item]]) -> list[str]:
    return list(islice(reversed(threads), IN_FULL, IN_FULL + IN_THE_LIST))

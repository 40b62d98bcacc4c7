"""The pages with the mail: a mailbox, a mail as text, its HTML in a frame that can do nothing."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from deploy.simulator.pages import local_time, show
from deploy.simulator.simulator import Sim, Simulator
from deploy.simulator.store import Mail

FRAMED = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
NEW_TAB = '<base target="_blank">'
"""Put before a framed mail: a link in it opens beside the frame, where the page it leads to works."""

router = APIRouter(include_in_schema=False)


@router.get("/mailboxes/{address}")
async def mailbox(address: str, request: Request, sim: Sim) -> Response:
    mails = list(sim.store.mailboxes.get(address.lower(), ()))
    return show(request, "mailbox.html", address=address, mails=mails, time=lambda moment: local_time(sim, moment))


@router.get("/mail/{index}")
async def mail_text(index: int, request: Request, sim: Sim) -> Response:
    mail = _find(sim, index)
    return show(request, "mail.html", mail=mail, letter=mail.raw.letter, time=lambda moment: local_time(sim, moment))


@router.get("/mail/{index}/html")
async def mail_frame(index: int, request: Request, sim: Sim) -> Response:
    """A page of ours around the mail's own."""
    mail = _find(sim, index)
    return show(request, "mail_html.html", mail=mail, letter=mail.raw.letter)


@router.get("/mail/{index}/body")
async def mail_body(index: int, sim: Sim) -> Response:
    """The mail's own HTML, which runs nothing and fetches nothing."""
    html = _find(sim, index).raw.letter.html or ""
    headers = {"Content-Security-Policy": FRAMED, "Referrer-Policy": "no-referrer"}
    return HTMLResponse(NEW_TAB + html, headers=headers)


@router.get("/mail/{index}/source")
async def mail_source(index: int, sim: Sim) -> Response:
    """The bytes as they came."""
    return Response(_find(sim, index).raw.content, media_type="text/plain; charset=utf-8")


def _find(sim: Simulator, index: int) -> Mail:
    mail = sim.store.mail(index)
    if mail is None:
        raise HTTPException(404, "There is no such mail, or it made room for newer ones.")
    return mail

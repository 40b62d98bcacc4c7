"""One occurrence: all there is to know, and a way to say «I am coming» or «I am not»."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.web.apis.programme import Going, Rsvps
from services.web.pages.party import KINDS, answer_of, party_in, typed_in
from services.web.practical import said_of, unknown_of
from services.web.session import SignedInMember
from services.web.visit import Form, Here, Visit
from services.web.words import AWAY, OLD_FORM
from shared.errors import NotFound, ServiceError, TryAgain, Unauthenticated

ANSWERS: dict[str, Going] = {"yes": "going", "no": "not_going"}
WAIT, LEAVE = "wait", "leave"
BUTTONS = {
    "yes": "I am coming",
    "no": "I am not coming",
    WAIT: "Tell me if a place comes free",
    LEAVE: "I do not want to wait",
}
DRAWN = "places-are-drawn"

# Why an answer was not taken, and what to do about it.
REFUSALS = {
    "occurrence-full": "All places are taken, so we could not save one for you. "
    "Places do come free. You can wait for one below, or pick another date.",
    DRAWN: "The places are drawn, so nobody has to be quick. Ask to be in the draw below.",
    "places-free": "There is room for you. Just press the first button.",
    "already-coming": "You are coming already, so there is nothing to wait for.",
    "occurrence-moved": "This was moved to another date just now. Look at the new one, and tell us if you can come.",
    "offer-over": "That place went to the next person. You are still in the line, "
    "and we ask you when another comes free.",
    "occurrence-cancelled": "This was cancelled, so there is nothing to come to. Have a look at what else is on.",
    "occurrence-over": "This is over. Have a look at what is on next.",
    "party-too-big": "That is more people than you can bring. Please say yes again with fewer.",
    "members-only": "This one is for its own group, so we did not save you a place. "
    "Ask one of its hosts if you can come. Or have a look at what else is on.",
}
OTHER_REFUSAL = "We could not take your answer. Have a look at the facts below."
NOT_TAKEN = "We could not take your answer just now. It is not you. Nothing has changed. Please press it once more."
NO_ANSWER = "Please press one of the two buttons."
SIGNED_OUT = "To say if you are coming, open your personal link first. Then come back here."

pages = APIRouter(include_in_schema=False)


@pages.get("/occurrences/{occurrence_id}")
async def show(visit: Here, occurrence_id: UUID, said: str = "") -> Response:
    """All about one occurrence. `said` is set after an answer, and believed only if the answer is there."""
    try:
        facts = await _facts(visit, occurrence_id)
    except TryAgain:
        return visit.away("problem.html", title="What's on", heading="This page is away for a moment", what=AWAY)
    answer = facts["answer"]
    left = said == LEAVE and facts["waiting"] is None and answer is None
    thanks = answer is not None and ANSWERS.get(said) == answer
    return visit.page("occurrence.html", **facts | {"thanks": thanks, "left": left})


@pages.post("/occurrences/{occurrence_id}")
async def say_whether_coming(visit: Here, occurrence_id: UUID) -> Response:
    """Take an answer, and show the page with it."""
    form = await visit.form()
    pressed = form.get("coming")
    in_the_way = _in_the_way(visit, form, pressed)
    if visit.member is None or in_the_way is not None:
        return await _refused(visit, occurrence_id, *(in_the_way or (401, SIGNED_OUT)), form)
    try:
        await _pass_on(visit, occurrence_id, form, visit.member)
    except (NotFound, Unauthenticated):
        raise
    except TryAgain:
        return await _refused(visit, occurrence_id, 503, NOT_TAKEN, form)
    except ServiceError as error:
        return await _refused(visit, occurrence_id, 409, REFUSALS.get(error.code, OTHER_REFUSAL))
    return visit.go(f"/occurrences/{occurrence_id}?said={pressed}")


def _in_the_way(visit: Visit, form: Form, pressed: str) -> tuple[int, str] | None:
    """The status and the words for an answer that cannot be passed on."""
    if visit.unsure:
        return 503, NOT_TAKEN
    if visit.member is None:
        return 401, SIGNED_OUT
    if not form.genuine:
        return 403, OLD_FORM
    return None if pressed in BUTTONS else (422, NO_ANSWER)


async def _pass_on(visit: Visit, occurrence_id: UUID, form: Form, member: SignedInMember) -> None:
    apis, pressed = visit.site.apis.programme, form.get("coming")
    if pressed == WAIT:
        await apis.wait_for_place(occurrence_id, party_in(form) or {}, member.token)
    elif pressed == LEAVE:
        await apis.leave_line(occurrence_id, member.token)
    else:
        await apis.say_whether_coming(occurrence_id, answer_of(ANSWERS[pressed], form, member.name), member.token)


async def _facts(visit: Visit, occurrence_id: UUID) -> dict[str, Any]:
    """What the page shows; the member's own answer too, when it is known who they are."""
    apis, member = visit.site.apis.programme, visit.member
    if member is None:
        found, mine = await apis.public_occurrence(occurrence_id), Rsvps(items=[])
    else:
        found = await apis.occurrence(occurrence_id, member.token)
        mine = await apis.rsvps(member.token)
    rsvp = next((each for each in mine.items if each.occurrence_id == occurrence_id), None)
    waiting = next((each for each in mine.waiting if each.occurrence_id == occurrence_id), None)
    goes = rsvp is not None and rsvp.answer == "going"
    names = await apis.names_shown(occurrence_id, member.token) if member is not None and goes else []
    common = {"pressed": "", "problem": None, "thanks": False, "left": False, "drawn": False, "unsure": visit.unsure}
    return common | {
        "occurrence": found,
        "said": said_of(found.card),
        "unknown": unknown_of(found.card),
        "answer": rsvp.answer if rsvp else None,
        "rsvp": rsvp,
        "waiting": waiting,
        "names": names,
        "kinds": KINDS,
        "over": found.ends <= visit.site.clock(),
    }


async def _refused(visit: Visit, occurrence_id: UUID, status: int, problem: str, form: Form | None = None) -> Response:
    """The same page with what is in the way, and with the button of `form` that was pressed marked."""
    pressed = form.get("coming") if form else ""
    try:
        facts = await _facts(visit, occurrence_id)
    except TryAgain:
        facts = {"title": "What's on", "heading": "We did not get your answer", "what": NOT_TAKEN}
        facts |= {
            "again": f"/occurrences/{occurrence_id}",
            "pressed": pressed if pressed in BUTTONS else "",
            "words": BUTTONS.get(pressed),
            "typed": typed_in(form) if form else {},
        }
        return visit.away("not_taken.html", **facts)
    response = visit.page(
        "occurrence.html",
        status,
        **facts | {"problem": problem, "pressed": pressed, "drawn": problem == REFUSALS[DRAWN]},
    )
    if status == 503:  # noqa: PLR2004  # the status says it
        response.headers["Retry-After"] = "10"
    return response

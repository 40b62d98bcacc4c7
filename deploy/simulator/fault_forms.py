"""The fault knobs as a person sees and turns them: in per cent, with a picture of each."""

from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from deploy.simulator.faults import CHANNELS, FAULTS, Channel, Faults, Knobs
from deploy.simulator.simulator import Sim

router = APIRouter(include_in_schema=False)

TITLES: dict[Channel, str] = {
    "sms": "Texts to phones",
    "email": "Mail to mailboxes",
    "webhook": "Calls to the forum (receipts, texts from phones)",
}
WORDS: dict[Channel, dict[str, str]] = {
    "sms": {
        "delay_ms": "Answer late",
        "duplicate": "Arrive twice",
        "reorder": "Overtake each other",
        "drop": "Get lost, with a receipt that says so",
        "error_429": "Refused: too many",
        "error_5xx": "Refused: out of order",
        "accept_then_die": "Arrive, but give no answer",
    },
    "email": {
        "delay_ms": "Answer late",
        "duplicate": "Arrive twice",
        "reorder": "Overtake each other",
        "drop": "Get lost without a word",
        "error_429": "Refused: too many (451)",
        "error_5xx": "Refused: out of order (421)",
        "accept_then_die": "Arrive, but give no answer",
    },
    "webhook": {
        "delay_ms": "Call late",
        "duplicate": "Call twice",
        "reorder": "Overtake each other",
        "drop": "Get lost, then tried once more",
        "error_429": "Turned away before the forum: too many",
        "error_5xx": "Turned away before the forum: out of order",
        "accept_then_die": "Heard, but the forum's answer is lost",
    },
}


@dataclass(frozen=True)
class KnobRow:
    """One knob of a form: its name, its words, and what it is set to (milliseconds or per cent)."""

    name: str
    words: str
    value: float

    @property
    def shown(self) -> str:
        return f"{self.value:g}"


@dataclass(frozen=True)
class KnobForm:
    """One channel's form."""

    channel: Channel
    title: str
    all_well: bool
    delay: KnobRow
    chances: list[KnobRow]

    @property
    def summary(self) -> str:
        """What is wrong, in a line."""
        late = [f"late by {self.delay.shown} ms"] if self.delay.value else []
        return ", ".join([*late, *(f"{row.words.lower()} {row.shown} %" for row in self.chances if row.value)])


def knob_rows(faults: Faults) -> list[KnobForm]:
    return [_form(channel, faults.of(channel)) for channel in CHANNELS]


@router.post("/faults/{channel}")
async def turn(channel: Channel, request: Request, sim: Sim) -> Response:
    """One channel's form: chances in per cent. The button "All well again" sets the channel to nothing."""
    form = await request.form()
    values = {} if "all_well" in form else {name: str(form.get(name) or "0") for name in (*FAULTS, "delay_ms")}
    try:
        chances = {name: float(values.get(name, 0)) / 100 for name in FAULTS}
        knobs = Knobs(delay_ms=int(values.get("delay_ms", 0)), **chances)
    except (ValidationError, ValueError) as error:
        raise HTTPException(422, "Chances are from 0 to 100 per cent, a delay from 0 to 120000 ms.") from error
    sim.luck.set(sim.luck.faults.model_copy(update={channel: knobs}))
    return RedirectResponse("/#faults", status_code=HTTPStatus.SEE_OTHER)


def _form(channel: Channel, knobs: Knobs) -> KnobForm:
    words = WORDS[channel]
    return KnobForm(
        channel=channel,
        title=TITLES[channel],
        all_well=knobs.all_well,
        delay=KnobRow("delay_ms", words["delay_ms"], knobs.delay_ms),
        chances=[KnobRow(name, words[name], round(getattr(knobs, name) * 100, 2)) for name in FAULTS],
    )

"""The interface for scripts: what was sent, texts from phones, and the fault knobs."""

from datetime import UTC
from itertools import islice
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from deploy.simulator import segments
from deploy.simulator.faults import Faults
from deploy.simulator.phones import is_number
from deploy.simulator.simulator import Sim
from deploy.simulator.store import Item, Text
from deploy.simulator.twilio_shapes import LONGEST

router = APIRouter()


class TextBack(BaseModel):
    """What a phone texts."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=LONGEST)


class Answered(BaseModel):
    """What came of it: `replies` are the product's, `automatic` the network's own answer to STOP, START and HELP."""

    message_sid: str
    replies: list[str]
    automatic: str | None
    note: str


@router.get("/sent.json")
async def sent(
    sim: Sim,
    channel: Literal["sms", "email"] | None = None,
    to: str | None = None,
    since: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=0, le=20_000)] = 1000,
) -> dict[str, object]:
    """What left for people, oldest first. `count` is how many match, `next` the `since` that continues."""
    found = [item for item in sim.store.since(since) if _matches(item, channel, to)]
    items = list(islice(found, limit))
    following = items[-1].index + 1 if items and len(items) < len(found) else sim.store.next_index
    # Mail is parsed here for the first time, which takes long for thousands: the mail server must not wait.
    shown = await run_in_threadpool(lambda: [_shown(item) for item in items])
    return {"items": shown, "count": len(found), "next": since if found and not items else following}


@router.delete("/sent.json")
async def clear(sim: Sim, *, opt_outs: bool = False) -> dict[str, int]:
    """Empty phones and mailboxes. Who opted out stays opted out, unless `opt_outs=true`."""
    if opt_outs:
        sim.carrier.opt_outs.numbers.clear()
    return {"removed": sim.store.clear()}


@router.post("/phones/{number}/texts")
async def text_from(number: str, said: TextBack, sim: Sim) -> Answered:
    """A phone texts the product. The answer comes when the product's webhook has answered."""
    if not is_number(number):
        raise HTTPException(422, "Give the phone number with its country, as +447700900123.")
    heard = await sim.carrier.hear(number, said.text)
    return Answered(message_sid=heard.sid, replies=heard.replies, automatic=heard.automatic, note=heard.note)


@router.get("/faults")
async def faults(sim: Sim) -> Faults:
    return sim.luck.faults


@router.put("/faults")
async def set_faults(wanted: Faults, sim: Sim) -> Faults:
    """Put these faults in force and no others; an empty object makes all well."""
    sim.luck.set(wanted)
    return sim.luck.faults


@router.get("/health/live")
@router.get("/health/ready")
async def health() -> dict[str, str]:
    return {"status": "ok"}


def _matches(item: Item, channel: str | None, to: str | None) -> bool:
    wanted = item.direction != "inbound" and channel in {None, item.channel}
    return wanted and (to is None or item.person == (to.lower() if item.channel == "email" else to))


def _shown(item: Item) -> dict[str, object]:
    common: dict[str, object] = {
        "index": item.index,
        "channel": item.channel,
        "to": item.to,
        "from": item.sender,
        "time": item.created.astimezone(UTC).isoformat(),
        "state": item.state,
        "direction": item.direction,
        "faults": list(item.trouble),
    }
    if isinstance(item, Text):
        parts = segments.count(item.body)
        return common | {
            "text": item.body,
            "reference": item.sid,
            "segments": parts,
            "error_code": item.error_code,
        }
    letter = item.raw.letter
    return common | {"text": letter.text, "subject": letter.subject, "reference": letter.reference}

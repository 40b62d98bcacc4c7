from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Form, Request
from twilio.request_validator import RequestValidator

from services.notifications.models import Notification, Occurrence
from services.notifications.schemas import AddressStopped, NotificationView, Question, Questions, TwilioReceipt
from services.notifications.use_cases import reading, receiving, stopping
from services.notifications.use_cases.export import export_member
from shared.errors import Forbidden
from shared.web import InTransaction, MemberCaller, Now, Page, requires, router
from shared.web.exports import export_routes

notifications = router(tags=["notifications"])


@notifications.post("/stops", status_code=204, dependencies=[requires("stops:write")])
def stop(stopped: AddressStopped, session: InTransaction, now: Now) -> None:
    """Somebody texted STOP."""
    stopping.stop(session, stopped.channel, stopped.index, stopped.member_id, now)


@notifications.post("/starts", status_code=204, dependencies=[requires("stops:write")])
def start(started: AddressStopped, session: InTransaction, now: Now) -> None:
    """Somebody texted START."""
    stopping.start(session, started.channel, started.index, started.member_id, now)


@notifications.get("/me/questions")
def my_questions(session: InTransaction, caller: MemberCaller, now: Now) -> Questions:
    """What we lately asked you about, and is still to come."""
    assert caller.member_id is not None
    asked = reading.open_questions(session, caller.member_id, now)
    return Questions(items=[_question(occurrence, at) for occurrence, at in asked])


@notifications.get("/me/notifications")
def my_notifications(
    session: InTransaction, caller: MemberCaller, after: str | None = None, limit: int = 50
) -> Page[NotificationView]:
    """All we sent you, will send you, or held back, and why."""
    assert caller.member_id is not None
    rows, following = reading.own_notifications(session, caller.member_id, after=after, limit=limit)
    return Page(items=[_view(row) for row in rows], next=following)


async def _signed_by_twilio(request: Request) -> None:
    """Refuses a form that the provider did not sign, whole, for the address it called.

    What stands before us may have changed that address, so the public one is put back.
    """
    public = urlsplit(request.app.state.public_url)
    url = urlunsplit(urlsplit(str(request.url))._replace(scheme=public.scheme, netloc=public.netloc))
    form = dict(await request.form())
    validator: RequestValidator | None = request.app.state.twilio
    if validator is None or not validator.validate(url, form, request.headers.get("x-twilio-signature", "")):
        raise Forbidden("The signature does not fit.")


@notifications.post("/receipts/sms", status_code=204, dependencies=[Depends(_signed_by_twilio)])
def sms_receipt(session: InTransaction, now: Now, reference: UUID, form: Annotated[TwilioReceipt, Form()]) -> None:
    """What the provider says became of a text."""
    told = receiving.Told("twilio", form.message_sid, form.message_status, form.error_code, reference)
    receiving.receive(session, told, now)


def _question(occurrence: Occurrence, asked_at: datetime) -> Question:
    starts = occurrence.starts_at.astimezone(ZoneInfo(occurrence.timezone))
    return Question(
        occurrence_id=occurrence.id,
        title=occurrence.title,
        starts=starts,
        all_day=occurrence.all_day,
        asked_at=asked_at,
    )


def _view(row: Notification) -> NotificationView:
    return NotificationView(
        id=row.id,
        what=row.rule,
        about=row.occurrence_id,
        channel=row.channel,
        due_at=row.due_at,
        state=row.state,
        reason=row.reason,
    )


ROUTERS = [notifications, export_routes(export_member)]

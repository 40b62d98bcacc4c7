from typing import Annotated

from fastapi import Depends, Request, Response

from services.chat import use_cases
from services.chat.adapters import sms
from shared.web import InTransaction, Now, router

texts = router(tags=["texts"])


async def _signed_text(request: Request) -> use_cases.Text:
    webhook: sms.Webhook = request.app.state.sms
    form = await request.form()
    webhook.check(form, request.headers.get("x-twilio-signature", ""))
    return sms.text_of(form)


@texts.post("/sms")
def hear_sms(
    text: Annotated[use_cases.Text, Depends(_signed_text)], request: Request, session: InTransaction, now: Now
) -> Response:
    """A text came in; Twilio is told what to answer. 503 makes it come again, if its settings say so."""
    state = request.app.state
    words = use_cases.hear(session, state.apis, text, answers_at=state.answers_at, now=now)
    return Response(sms.twiml(words), media_type="text/xml")

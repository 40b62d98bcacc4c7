"""The phone network: carries texts to phones and from them, and tells the product how it went."""

from dataclasses import dataclass, replace

from deploy.simulator import twiml
from deploy.simulator.callbacks import Answer, Background, Webhooks
from deploy.simulator.faults import Luck, Overtaking
from deploy.simulator.phones import OptOuts
from deploy.simulator.settings import SimulatorSettings
from deploy.simulator.store import Direction, Store, Text
from deploy.simulator.twilio_shapes import LONGEST, inbound_form, new_sid, receipt_form
from shared.clock import Clock

UNREACHABLE = 30003


@dataclass(frozen=True)
class Heard:
    """What came of a text from a phone."""

    sid: str
    replies: list[str]
    automatic: str | None
    note: str


class Carrier:
    """Brings texts to phones, and passes on what phones answer."""

    def __init__(
        self,
        *,
        settings: SimulatorSettings,
        store: Store,
        luck: Luck,
        webhooks: Webhooks,
        background: Background,
        clock: Clock,
    ) -> None:
        self.opt_outs = OptOuts()
        self._settings = settings
        self._store = store
        self._luck = luck
        self._webhooks = webhooks
        self._background = background
        self._clock = clock
        self._outward = Overtaking(luck, "sms")
        self._inward = Overtaking(luck, "webhook")

    def accept(self, to: str, body: str, service_sid: str | None = None, callback: str | None = None) -> Text:
        """Take a text from the API. It is listed at once, and on its way when this returns."""
        text = self._text(to, body, "outbound-api", "accepted" if service_sid else "queued")
        text.service_sid = service_sid
        self._store.add(text)
        self._background.start(self._carry(text, callback))
        return text

    async def hear(self, number: str, body: str) -> Heard:
        """A phone texts. Returns when the product has answered and its replies are on the phone."""
        text = replace(self._text(self._settings.sms_from, body, "inbound", "received"), sender=number)
        text.sent = text.created
        self._store.add(text)
        self._store.show(text)
        heard = self.opt_outs.hear(number, body)
        if heard.answer:
            self._reply(number, heard.answer, "automatic")
        if self._settings.inbound_url is None:
            text.note = "nobody listens: SIMULATOR_INBOUND_URL is not set"
            return Heard(text.sid, [], heard.answer, text.note)
        await self._inward.wait()
        form = inbound_form(text, self._settings.account_sid, heard.kind)
        answers = await self._webhooks.post(self._settings.inbound_url, form)
        self._inward.passed()
        replies, text.note = self._read(answers)
        delivered = [reply for reply in replies if self._answer(number, reply)]
        return Heard(text.sid, delivered, heard.answer, text.note)

    async def _carry(self, text: Text, callback: str | None) -> None:
        await self._outward.wait()
        text.sent = text.updated = self._clock()
        if self._luck.strikes("sms", "drop"):
            text.state, text.error_code = "undelivered", UNREACHABLE
            text.trouble.append("drop")
        else:
            text.state = "delivered"
            self._arrive(text)
        self._outward.passed()
        if callback:
            await self._tell(text, callback)

    def _arrive(self, text: Text) -> None:
        self._store.show(text)
        if self._luck.strikes("sms", "duplicate"):
            copy = replace(text, is_copy=True, trouble=[*text.trouble, "duplicate"])
            self._store.add(copy)
            self._store.show(copy)

    async def _tell(self, text: Text, callback: str) -> None:
        """The receipts, one after the other, in the order of the states unless the faults say otherwise."""
        states = ["queued", "sent", text.state]
        if self._luck.strikes("webhook", "reorder"):
            states = self._luck.shuffled(states)
        for state in states:
            form = receipt_form(text, self._settings.account_sid, state, self._clock())
            await self._webhooks.post(callback, form)

    def _answer(self, number: str, reply: str) -> bool:
        """Deliver a reply of the product, unless it may not be: true when it is on the phone."""
        if number in self.opt_outs.numbers or len(reply) > LONGEST:
            return False
        self._reply(number, reply, "outbound-reply")
        return True

    def _reply(self, number: str, body: str, direction: Direction) -> None:
        text = self._text(number, body, direction, "delivered")
        text.sent = text.created
        self._store.add(text)
        self._store.show(text)

    @staticmethod
    def _read(answers: list[Answer]) -> tuple[list[str], str]:
        """All replies, and what to note beside the text when something was odd."""
        if not answers:
            return [], "not passed on: the webhook did not answer"
        replies: list[str] = []
        for answer in answers:
            if not answer.good:
                return replies, f"not understood: the webhook answered {answer.status}"
            try:
                replies += twiml.replies(answer.text, answer.content_type)
            except twiml.NotTwiml as error:
                return replies, f"no reply: {error}"
        return replies, ""

    def _text(self, to: str, body: str, direction: Direction, state: str) -> Text:
        now = self._clock()
        return Text(
            direction=direction,
            sid=new_sid(),
            to=to,
            sender=self._settings.sms_from,
            body=body,
            created=now,
            updated=now,
            state=state,
        )

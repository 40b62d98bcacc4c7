"""The mail server: a real SMTP socket, which keeps what it is given and opens none of it."""

from typing import Any, AnyStr
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from deploy.simulator.faults import Overtaking
from deploy.simulator.letters import RawMail
from deploy.simulator.simulator import Simulator
from deploy.simulator.store import Mail

LARGEST = 10 * 1024 * 1024
HANG_UP = "hang up"
REFUSED = {
    "bounce": "550 5.1.1 There is no such mailbox here",
    "later": "451 4.2.1 This mailbox is busy, try again later",
}
"""What a mailbox answers whose name begins so."""


class Connection(SMTP):
    """One client's connection."""

    async def push(self, status: AnyStr) -> None:
        """Answer the client, and close where the answer says so, which the library leaves to us."""
        if status == HANG_UP:
            self.hang_up()
            return
        await super().push(status)
        if isinstance(status, str) and status.startswith("421"):
            self.hang_up()

    def hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()


class Postman:
    """Decides what happens to a mail."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._luck = simulator.luck
        self._store = simulator.store
        self._overtaking = Overtaking(simulator.luck, "email")
        self._connections: WeakSet[Connection] = WeakSet()

    def connect(self) -> Connection:
        """A new connection. Any user name and password will do, for products that are told to give some."""
        connection = Connection(
            self,
            hostname="simulator",
            ident="Afterhours simulator",
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=lambda *_: AuthResult(success=True),
        )
        self._connections.add(connection)
        return connection

    def close(self) -> None:
        for connection in tuple(self._connections):
            connection.hang_up()

    async def handle_RCPT(  # noqa: N802 - the library finds its hooks by these names.
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        for beginning, answer in REFUSED.items():
            if address.lower().startswith(beginning):
                return answer
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above.
        """Keep the mail. Faults that refuse come before that, those that leave the sender in doubt after."""
        if self._luck.strikes("email", "error_429"):
            return "451 4.7.1 Too many messages, try again later"
        if self._luck.strikes("email", "error_5xx"):
            return "421 4.3.2 Service not available, closing the connection"
        mails = self._mails(envelope)
        for mail in mails:
            self._store.add(mail)
        if self._luck.faults.email.reorder:
            self._simulator.background.start(self._deliver_in_turn(mails))
        else:
            self._deliver(mails)
        await self._luck.delay("email")
        if self._luck.strikes("email", "accept_then_die"):
            for mail in mails:
                mail.trouble.append("accept_then_die")
            return HANG_UP
        return "250 2.0.0 Kept"

    def _mails(self, envelope: Envelope) -> list[Mail]:
        content: Any = envelope.content
        raw = RawMail(content)
        now = self._simulator.clock()
        sender = envelope.mail_from or ""
        return [Mail(to=address, sender=sender, raw=raw, created=now, state="queued") for address in envelope.rcpt_tos]

    async def _deliver_in_turn(self, mails: list[Mail]) -> None:
        await self._overtaking.wait()
        self._deliver(mails)
        self._overtaking.passed()

    def _deliver(self, mails: list[Mail]) -> None:
        for mail in mails:
            if self._luck.strikes("email", "drop"):
                mail.state = "dropped"
                mail.trouble.append("drop")
                continue
            mail.state = "delivered"
            self._store.show(mail)
            if self._luck.strikes("email", "duplicate"):
                self._deliver_again(mail)

    def _deliver_again(self, mail: Mail) -> None:
        copy = Mail(
            to=mail.to,
            sender=mail.sender,
            raw=mail.raw,
            created=mail.created,
            state="delivered",
            trouble=["duplicate"],
        )
        self._store.add(copy)
        self._store.show(copy)

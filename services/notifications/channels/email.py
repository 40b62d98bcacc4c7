"""Mail, by SMTP over a connection that is kept."""

import contextlib
import smtplib
import ssl
import threading
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, make_msgid, parseaddr
from functools import lru_cache

from services.notifications.parcels import Outcome, Parcel, Result
from services.notifications.words import Words
from shared.clock import Clock

SECONDS_TO_ANSWER = 15
OK = 250
FOR_GOOD = 500


class Email:
    """One kept connection a thread; a server that closed it meanwhile is called again."""

    name = "email"

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        clock: Clock,
        *,
        starttls: bool = False,
        username: str = "",
        password: str = "",
    ) -> None:
        self._server = (host, port)
        self._sender = sender
        self._from = parseaddr(sender)[1]
        self._domain = self._from.partition("@")[2] or make_msgid().partition("@")[2].rstrip(">")
        self._clock = clock
        self._starttls = starttls
        self._login = (username, password) if username else None
        self._kept = threading.local()

    def send(self, parcels: Sequence[Parcel]) -> list[Result]:
        """One after the other over one connection."""
        return [self._send(parcel) for parcel in parcels]

    def look_up(self, _parcel: Parcel, _since: datetime, /) -> Result | None:
        """SMTP cannot tell. The same Message-ID would mark a second copy, but nobody is sent two on a guess."""
        return None

    def close(self) -> None:
        """Say goodbye on this thread's connection."""
        smtp = self._kept_connection()
        if smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
        self._kept.smtp = None

    def _send(self, parcel: Parcel) -> Result:
        try:
            letter = self._letter(parcel)
        except ValueError:  # an address or a subject that mail cannot carry
            return Result(parcel.reference, Outcome.REFUSED, error="unmailable")
        try:
            smtp, refusal = self._begin(parcel)
        except (smtplib.SMTPException, OSError):
            self._drop()
            return Result(parcel.reference, Outcome.RETRY, error="connection")
        if refusal:
            return refusal
        try:
            code, _ = smtp.data(letter)
        except (smtplib.SMTPException, OSError):
            # The letter was on its way when the connection broke: it may have been taken.
            self._drop()
            return Result(parcel.reference, Outcome.AMBIGUOUS, error="connection")
        if code == OK:
            return Result(parcel.reference, Outcome.ACCEPTED)
        return Result(parcel.reference, Outcome.REFUSED if code >= FOR_GOOD else Outcome.RETRY, error=str(code))

    def _begin(self, parcel: Parcel) -> tuple[smtplib.SMTP, Result | None]:
        """A connection that has taken the envelope, or what it said against it."""
        kept = self._kept_connection()
        if kept is not None:
            with contextlib.suppress(smtplib.SMTPServerDisconnected, OSError):
                return kept, self._envelope(kept, parcel)
            self._drop()  # It was closed while nothing was sent, as servers do; nothing has left yet.
        smtp = self._connect()
        return smtp, self._envelope(smtp, parcel)

    def _envelope(self, smtp: smtplib.SMTP, parcel: Parcel) -> Result | None:
        """Say who it is from and to; a refusal, or None when the letter may follow."""
        code, _ = smtp.mail(self._from)
        if code == OK:
            code, _ = smtp.rcpt(parcel.address)
            if code == OK:
                return None
            if code >= FOR_GOOD:
                smtp.rset()
                return Result(parcel.reference, Outcome.DEAD, error=str(code))
        smtp.rset()
        return Result(parcel.reference, Outcome.REFUSED if code >= FOR_GOOD else Outcome.RETRY, error=str(code))

    def _letter(self, parcel: Parcel) -> bytes:
        """Raises ValueError. Only what differs from letter to letter is put together for each."""
        if not parcel.address.isascii() or not parcel.address.isprintable():
            raise ValueError
        own = f"To: {parcel.address}\r\nDate: {format_datetime(self._clock())}\r\n"
        own += f"Message-ID: <{parcel.reference}@{self._domain}>\r\n"
        return own.encode() + _common_part(self._sender, parcel.words)

    def _kept_connection(self) -> smtplib.SMTP | None:
        smtp: smtplib.SMTP | None = getattr(self._kept, "smtp", None)
        return smtp

    def _connect(self) -> smtplib.SMTP:
        smtp = smtplib.SMTP(*self._server, timeout=SECONDS_TO_ANSWER)
        if self._starttls:
            smtp.starttls(context=ssl.create_default_context())
        if self._login:
            smtp.login(*self._login)
        smtp.ehlo_or_helo_if_needed()
        self._kept.smtp = smtp
        return smtp

    def _drop(self) -> None:
        smtp = self._kept_connection()
        if smtp is not None:
            smtp.close()
        self._kept.smtp = None


@lru_cache(maxsize=100)
def _common_part(sender: str, words: Words) -> bytes:
    """What all letters with the same words have in common. To fold it into lines takes far longer than to send it."""
    letter = EmailMessage(policy=SMTP_POLICY)
    letter["From"] = sender
    letter["Subject"] = words.subject
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(words.text)
    if words.html:
        letter.add_alternative(words.html, subtype="html")
    return letter.as_bytes()

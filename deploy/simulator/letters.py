"""Mail as it arrived, read only when somebody looks: a benchmark sends thousands that nobody opens."""

from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from functools import cached_property


@dataclass(frozen=True)
class Letter:
    """A mail as a person sees it."""

    subject: str
    text: str
    html: str | None
    reference: str
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[str, ...]


class RawMail:
    """The bytes of one mail; its several recipients share them."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    @cached_property
    def letter(self) -> Letter:
        """The mail, read once. Whatever arrives can be read: what makes no sense is shown as it came."""
        # The parser's answer depends on the policy, which the type stubs cannot say.
        mail: EmailMessage = message_from_bytes(self.content, _class=EmailMessage, policy=policy.default)
        html = _part(mail, "html")
        return Letter(
            subject=_attempt(lambda: str(mail.get("Subject", "")), ""),
            text=_part(mail, "plain") or "",
            html=html,
            reference=_attempt(lambda: str(mail.get("Message-ID", "")).strip(), ""),
            headers=tuple(_attempt(lambda: [(name, str(value)) for name, value in mail.items()], [])),
            attachments=tuple(_attempt(lambda: _names(mail), [])),
        )


def _names(mail: EmailMessage) -> list[str]:
    return [part.get_filename() or part.get_content_type() for part in mail.iter_attachments()]


def _part(mail: EmailMessage, kind: str) -> str | None:
    body = _attempt(lambda: mail.get_body((kind,)), None)
    if body is None:
        return None
    content = _attempt(lambda: str(body.get_content()), None)
    return (_as_it_came(body) if content is None else content).replace("\r\n", "\n")


def _as_it_came(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    return content.decode("latin-1") if isinstance(content, bytes) else str(part.get_payload())


def _attempt[Result](read: Callable[[], Result], otherwise: Result) -> Result:
    """Hostile mail makes the standard library raise almost anything; a mailbox has to open all the same."""
    try:
        return read()
    except (LookupError, ValueError, TypeError, AttributeError):
        return otherwise

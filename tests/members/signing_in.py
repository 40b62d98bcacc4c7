"""Somebody before the door: asks for a code, has it sent, and shows what they have."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.handlers import SUBSCRIPTIONS
from services.members.models import Member, MembersBase
from services.members.use_cases import republish
from shared.db import Sessions
from shared.messaging import LogReader
from shared.messaging.tables import OutboxRow
from shared.testing.deliver import Part, deliver
from tests.conftest import Clock
from tests.members.builders import number, said
from tests.members.conftest import Api


@dataclass
class Door:
    """The API as who wants to come in sees it; `post` is what stands in for notifications."""

    api: Api
    db: Sessions
    clock: Clock

    def ask(self, address: str = number(7), channel: str = "sms", **more: Any) -> Any:
        """Ask for a code, and let members hear that somebody did."""
        body = {"channel": channel, "address": address} | more
        answer = self.api.ask("POST", "/challenges", json=body)
        assert answer.status_code == 201, answer.text
        self.hear()
        return answer.json()

    def hear(self) -> None:
        """Let members hear what it said to itself."""
        deliver({"members": Part(self.db, LogReader("members", republish=republish), SUBSCRIPTIONS)}, self.clock)

    def sent(self) -> list[dict[str, Any]]:
        """What notifications was told to send, oldest first."""
        kind = "members.sign-in-code-issued.v1"
        with self.db() as session:
            return list(
                session.scalars(select(OutboxRow.data).where(OutboxRow.kind == kind).order_by(OutboxRow.arrival))
            )

    def received(self, told: dict[str, Any] | None = None) -> dict[str, Any]:
        """What the last code that was issued looks like to whoever sends it."""
        told = told or self.sent()[-1]
        item = {key: told[key] for key in ("member_id", "channel", "challenge_id")}
        body = {"reason": "to send a notification", "items": [item]}
        answer = self.api.ask("POST", "/internal/addresses/resolve", "notifications", "vault:resolve", json=body)
        found: dict[str, Any] = answer.json()["items"][0]
        return found

    def show(self, **shown: Any) -> Any:
        """Show something, and see whether it opens."""
        return self.api.ask("POST", "/sessions", json=shown)

    def type_code(self, challenge: dict[str, Any], code: str, **more: Any) -> Any:
        """Type digits into the browser that asked."""
        return self.show(**challenge, code=code, **more)

    def open(self, **more: Any) -> dict[str, Any]:
        """Come in with a code that was sent."""
        answer = self.type_code(self.ask(), self.received()["code"], **more)
        assert answer.status_code == 201, answer.text
        begun: dict[str, Any] = answer.json()
        return begun

    def as_member(self, method: str, path: str, begun: dict[str, Any], **content: Any) -> Any:
        """Ask for something as who is signed in."""
        return self.api.ask(method, path, headers={"Authorization": f"Bearer {begun['token']}"}, **content)

    def id_of(self, name: str) -> UUID:
        with self.db() as session:
            return session.scalars(select(Member.id).where(Member.name == name)).one()


def told(answer: Any) -> tuple[int, dict[str, Any]]:
    """All that an answer says, but for the number of the request."""
    return answer.status_code, {key: value for key, value in answer.json().items() if key != "request_id"}


def other(code: str) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + 1) % 10**6:06}"


def written_by(session: Session, asking: Callable[[], Any]) -> tuple[Any, dict[str, int]]:
    """What was answered, and how many rows of each table and each kind of message the request left behind."""

    def rows() -> Counter[str]:
        session.expire_all()
        tables = [it for it in MembersBase.metadata.sorted_tables if it.name != OutboxRow.__tablename__]
        counts = {it.name: session.scalar(select(func.count()).select_from(it)) or 0 for it in tables}
        return Counter(counts | Counter(said(session)))

    before = rows()
    answer = asking()
    return answer, dict(rows() - before)


def link_of(api: Api, member_id: UUID) -> str:
    link: str = api.resolve((member_id, "sms")).json()["items"][0]["link"]
    return link


def signed_in(api: Api, member_id: UUID) -> dict[str, Any]:
    answer = api.ask("POST", "/sessions", json={"link": link_of(api, member_id), "own_device": True})
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found

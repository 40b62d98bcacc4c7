"""The whole forum in one process: real services, real PostgreSQL, real protocols to the providers; messages by hand."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient

from services.events import app as events_app
from services.events import handlers as events_handlers
from services.events.settings import Settings as EventsSettings
from services.events.use_cases.telling import republish as republish_events
from services.feedback import app as feedback_app
from services.feedback.settings import Settings as FeedbackSettings
from services.members import app as members_app
from services.members import handlers as members_handlers
from services.members.settings import Settings as MembersSettings
from services.members.use_cases import republish as republish_members
from services.notifications import app as notifications_app
from services.notifications import handlers as notifications_handlers
from services.notifications import jobs
from services.notifications.jobs import Sending
from services.notifications.settings import Settings as NotificationsSettings
from services.notifications.vault import Vault
from shared.clients import ServiceApi
from shared.db import Sessions
from shared.messaging import LogReader
from shared.testing.deliver import Part, deliver
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.notifications.conftest import OwnChannel

KEY = b64encode(b"k" * 32).decode()


@dataclass
class Forum:
    """What a journey acts on. `sms` and `email` keep what left."""

    clock: Clock
    keys: Keyring
    clients: dict[str, TestClient]
    parts: dict[str, Part]
    sending: Sending
    sms: OwnChannel
    email: OwnChannel

    def as_operator(self, service: str, method: str, path: str, scope: str, **content: Any) -> Any:
        """What a service answers to the operator."""
        headers = {"Authorization": f"Bearer {self.keys.signer('operator').service_token(service, scope)}"}
        answer = self.clients[service].request(method, path, headers=headers | content.pop("headers", {}), **content)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def tell(self) -> None:
        """Carry all messages."""
        deliver(self.parts, self.clock)

    def send_what_is_due(self) -> None:
        """Ring the sending jobs once each."""
        for job in (jobs.send_urgent, jobs.send_reminders, jobs.send_bulk):
            job(self.sending)

    def said_to(self, address: str) -> list[str]:
        """The words that left to an address."""
        return [parcel.words.text for parcel in (*self.sms.sent, *self.email.sent) if parcel.address == address]

    def member(self, phone: str) -> tuple[UUID, dict[str, str]]:
        """Who has this number, and the header that says so to every service."""
        found = self._as("chat", "vault:identify", "/internal/addresses/identify", {"channel": "sms", "address": phone})
        return UUID(found["member_id"]), {"Authorization": f"Bearer {found['token']}"}

    def card(self, phone: str) -> dict[str, str]:
        """A card that the office prints for whoever has this number."""
        wanted = {"member_ids": [str(self.member(phone)[0])]}
        printed: dict[str, str] = self.as_operator("members", "POST", "/cards", "cards:issue", json=wanted)["items"][0]
        return printed

    def stop(self, phone: str) -> None:
        """Somebody texts STOP."""
        found = self._as("chat", "vault:identify", "/internal/addresses/identify", {"channel": "sms", "address": phone})
        body = {"channel": "sms", "index": found["index"], "member_id": found["member_id"]}
        token = self.keys.signer("chat").service_token("notifications", "stops:write")
        answer = self.clients["notifications"].post("/stops", json=body, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 204

    def _as(self, issuer: str, scope: str, path: str, body: Any) -> Any:
        token = self.keys.signer(issuer).service_token("members", scope)
        answer = self.clients["members"].post(path, json=body, headers={"Authorization": f"Bearer {token}"})
        assert answer.is_success, answer.text
        return answer.json()


@contextmanager
def running_forum(sessions: Callable[[str], Sessions], keys: Keyring, clock: Clock, ledger: Path) -> Iterator[Forum]:
    """A forum on these databases."""
    members = MembersSettings(
        master_key=KEY,
        index_key=KEY,
        link_key=KEY,
        erasure_ledger=ledger,
        channels="sms,email,whatsapp,telegram,push",
        **_common(keys, "members"),
    )
    apps = {
        "members": members_app.create(members, sessions("members")),
        "events": events_app.create(EventsSettings(**_common(keys, "events")), sessions("events")),
        "feedback": feedback_app.create(FeedbackSettings(**_common(keys, "feedback")), sessions("feedback")),
        "notifications": notifications_app.create(
            NotificationsSettings(**_common(keys, "notifications")), sessions("notifications")
        ),
    }
    with ExitStack() as stack:
        clients = {}
        for name, app in apps.items():
            app.state.clock = clock
            clients[name] = stack.enter_context(TestClient(app))
        parts = {
            "members": Part(
                sessions("members"), LogReader("members", republish=republish_members), members_handlers.SUBSCRIPTIONS
            ),
            "events": Part(
                sessions("events"), LogReader("events", republish=republish_events), events_handlers.SUBSCRIPTIONS
            ),
            "notifications": Part(
                sessions("notifications"), LogReader("notifications"), notifications_handlers.SUBSCRIPTIONS
            ),
        }
        sms, email = OwnChannel("sms"), OwnChannel("email")
        vault = Vault(
            ServiceApi(
                "members", "http://members", keys.signer("notifications"), transport=clients["members"]._transport
            )
        )
        channels = {"sms": sms, "email": email}
        sending = Sending("notifications", sessions("notifications"), clock, vault, channels, "http://127.0.0.1:8000")
        yield Forum(clock, keys, clients, parts, sending, sms, email)


def _common(keys: Keyring, service: str) -> dict[str, Any]:
    return {
        "database_url": "postgresql+psycopg://unused",
        "signing_key": keys.private[service],
        "trusted_keys": keys.trusted,
    }

"""The logs of other services, by HTTP."""

from uuid import UUID

from shared.auth import Signer
from shared.clients import ServiceApi
from shared.messaging.log import LogPage
from shared.settings import CommonSettings


class HttpSource:
    """Fetches what a subscriber missed from its sources' own APIs."""

    def __init__(self, subscriber: str, settings: CommonSettings, signer: Signer) -> None:
        self._subscriber = subscriber
        self._settings = settings
        self._signer = signer
        self._apis: dict[str, ServiceApi] = {}

    def page(self, source: str, after: int) -> LogPage:
        """What came after a position."""
        answer = self._api(source).get(
            "/internal/messages", scope="messages:read", subscriber=self._subscriber, after=after
        )
        return LogPage.model_validate(answer)

    def renew(self, source: str, epoch: UUID) -> None:
        """Ask a source to begin a new life of its log."""
        self._api(source).post("/internal/messages/renewals", {"epoch": str(epoch)}, scope="messages:renew")

    def _api(self, source: str) -> ServiceApi:
        if source not in self._apis:
            self._apis[source] = ServiceApi(source, self._settings.url_of(source), self._signer)
        return self._apis[source]

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.web.app import create
from services.web.settings import Settings
from shared.db import Sessions
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.journeys.builders import given_programme
from tests.journeys.forum import Forum, running_forum
from tests.journeys.pages import Inside
from tests.journeys.texting import texting_to
from tests.web.conftest import Browser


@pytest.fixture
def forum(sessions: Callable[[str], Sessions], keys: Keyring, clock: Clock, tmp_path: Path) -> Iterator[Forum]:
    with running_forum(sessions, keys, clock, tmp_path / "erasures.ledger") as forum:
        yield forum


@pytest.fixture
def texting(forum: Forum, sessions: Callable[[str], Sessions]) -> Iterator[TestClient]:
    with texting_to(forum, sessions) as client:
        yield client


@pytest.fixture
def programme(forum: Forum) -> dict[str, Any]:
    """A group, its members and its programme are in; the next occurrence."""
    return given_programme(forum)


@pytest.fixture
def browser(forum: Forum) -> Iterator[Browser]:
    """A phone that looks at the pages of this forum."""
    settings = Settings(
        trusted_keys=forum.keys.trusted, signing_key=forum.keys.private["web"], service_urls="http://{service}"
    )
    app = create(settings, transport=Inside(forum), clock=forum.clock)
    with TestClient(app, base_url="http://testserver", follow_redirects=False) as client:
        yield Browser(client)

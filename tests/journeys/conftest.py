from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.db import Sessions
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.journeys.builders import given_programme
from tests.journeys.forum import Forum, running_forum


@pytest.fixture
def forum(sessions: Callable[[str], Sessions], keys: Keyring, clock: Clock, tmp_path: Path) -> Iterator[Forum]:
    with running_forum(sessions, keys, clock, tmp_path / "erasures.ledger") as forum:
        yield forum


@pytest.fixture
def programme(forum: Forum) -> dict[str, Any]:
    """A group, its members and its programme are in; the next occurrence."""
    return given_programme(forum)

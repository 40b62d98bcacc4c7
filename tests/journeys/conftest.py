from collections.abc import Callable, Iterator

import pytest

from shared.db import Sessions
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.journeys.forum import Forum, running_forum


@pytest.fixture
def forum(sessions: Callable[[str], Sessions], keys: Keyring, clock: Clock) -> Iterator[Forum]:
    with running_forum(sessions, keys, clock) as forum:
        yield forum

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.engines import Postgres, Valkey


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with Postgres(tmp_path_factory.mktemp("postgres"), durable=False) as engine:
        yield engine


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    with Valkey(tmp_path / "valkey") as engine:
        yield engine

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import command
from deploy.local.engines import Postgres, Valkey


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with Postgres(tmp_path_factory.mktemp("postgres"), durable=False) as engine:
        yield engine


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    with Valkey(tmp_path / "valkey") as engine:
        yield engine


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run `afterhours` in this process: its exit code, and what it wrote to standard output and standard error."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["afterhours", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            command.main()
        written = capsys.readouterr()
        return int(left.value.code or 0), written.out, written.err

    return run

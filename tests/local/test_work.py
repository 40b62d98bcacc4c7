"""What the beat rings is what the workers do; the beat finds it without any service's secrets."""

from pathlib import Path

import pytest

from deploy.local.parts import WORKERS, made
from deploy.local.secret_folder import SecretFolder
from deploy.local.secret_list import keys
from deploy.local.work import jobs_of


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in keys(SecretFolder(tmp_path)).items():
        monkeypatch.setenv(name.upper(), text)
    for name in WORKERS:
        monkeypatch.setenv(f"{name.upper()}_DATABASE_URL", f"postgresql+psycopg://{name}@127.0.0.1:1/{name}")
    monkeypatch.setenv("BROKER_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("MEMBERS_ERASURE_LEDGER", str(tmp_path / "erasures.ledger"))


@pytest.mark.parametrize("name", WORKERS)
def test_the_beat_rings_every_job_of_a_service(name: str, secrets: None):
    assert list(jobs_of(name)) == list(made(name, "worker").jobs)

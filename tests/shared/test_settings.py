"""Settings come from the environment, or from files, and secrets have no default."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.feedback.settings import Settings
from shared.clock import clock_from

NEEDED = {
    "TRUSTED_KEYS": '{"keys": []}',
    "FEEDBACK_DATABASE_URL": "postgresql+psycopg://feedback",
    "FEEDBACK_SIGNING_KEY": "a key",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """All that is needed, and nothing of the machine's own."""
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    for name in ("PUBLIC_URL", "SERVICE_URLS", "CLOCK_OFFSET", "TIMEZONE", "LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_a_service_reads_its_own_names_and_the_common_ones(environment: pytest.MonkeyPatch):
    environment.setenv("EVENTS_DATABASE_URL", "another's")
    settings = Settings()
    assert settings.database_url.get_secret_value() == "postgresql+psycopg://feedback"
    assert settings.trusted_keys == NEEDED["TRUSTED_KEYS"]
    assert settings.timezone == "Europe/London"


@pytest.mark.parametrize("name", NEEDED)
def test_a_secret_may_be_in_a_file_and_the_end_of_its_line_is_no_part_of_it(
    environment: pytest.MonkeyPatch, tmp_path: Path, name: str
):
    where = {"trusted_keys_file"}
    before = Settings().model_dump(exclude=where)
    (tmp_path / "secret").write_text(NEEDED[name] + "\n")
    environment.delenv(name)
    environment.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    assert Settings().model_dump(exclude=where) == before


def test_a_value_wins_over_a_file(environment: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "secret").write_text("from a file")
    environment.setenv("TRUSTED_KEYS_FILE", str(tmp_path / "secret"))
    assert Settings().trusted_keys == NEEDED["TRUSTED_KEYS"]


@pytest.mark.parametrize("name", NEEDED)
def test_nothing_that_is_secret_has_a_default(environment: pytest.MonkeyPatch, name: str):
    environment.delenv(name)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert [error["type"] for error in refused.value.errors()] == ["missing"]


def test_a_secret_is_not_shown(environment: pytest.MonkeyPatch):
    assert "a key" not in repr(Settings())


def test_where_the_other_services_answer(environment: pytest.MonkeyPatch):
    environment.setenv("SERVICE_URLS", "http://{service}:8000/api/{service}")
    assert Settings().url_of("events") == "http://events:8000/api/events"


def test_the_clock_may_be_set_to_another_day():
    now, ahead = clock_from(0)(), clock_from(86_400)()
    assert now.tzinfo is not None
    assert 86_399 < (ahead - now).total_seconds() < 86_460

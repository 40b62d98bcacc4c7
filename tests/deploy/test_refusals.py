"""What an operator did wrong is said in one line, by the container that cannot start."""

import pytest

from tests.deploy.stack import Stack

pytestmark = pytest.mark.deploy


def line_of(told: tuple[int, str]) -> str:
    code, printed = told
    assert code == 1
    (line,) = [line for line in printed.splitlines() if line.strip()]
    return line


@pytest.mark.parametrize(
    ("service", "settings", "words"),
    [
        ("members", {"MEMBERS_MASTER_KEY_FILE": "/run/secrets/members_database_url"}, "MEMBERS_MASTER_KEY is wrong"),
        ("members", {"MEMBERS_SIGNING_KEY_FILE": "/run/secrets/none"}, "MEMBERS_SIGNING_KEY_FILE names /run/secrets/none"),
        ("events", {"EVENTS_SIGNING_KEY_FILE": "/run/secrets/trusted_keys"}, "EVENTS_SIGNING_KEY is wrong"),
        ("events-worker", {"BROKER_URL": "redis://:wrong@redis:6379/0"}, "BROKER_URL is wrong"),
        (
            "feedback",
            {"FEEDBACK_DATABASE_URL": "postgresql+psycopg://feedback:wrong@postgres/feedback"},
            "FEEDBACK_DATABASE_URL is wrong: the database does not take that name and password.",
        ),
        (
            "migrate",
            {"CHAT_DATABASE_URL": "postgresql+psycopg://chat:wrong@postgres/chat"},
            "CHAT_DATABASE_URL is wrong: the database does not take that name and password.",
        ),
    ],
)  # fmt: skip
def test_a_wrong_secret_is_one_line_that_names_it(stack: Stack, service: str, settings: dict[str, str], words: str):
    assert words in line_of(stack.once(service, **settings))


def test_a_database_newer_than_the_code_is_one_line_and_stays_as_it_is(stack: Stack):
    def revision(text: str) -> str:
        return stack.within("postgres", "psql", "-U", "postgres", "-d", "events", "-Atc", text).strip()

    here = revision("SELECT version_num FROM alembic_version")
    revision("UPDATE alembic_version SET version_num = '9999'")
    try:
        assert "The events database is at revision 9999" in line_of(stack.once("migrate"))
        assert revision("SELECT version_num FROM alembic_version") == "9999"
    finally:
        revision(f"UPDATE alembic_version SET version_num = '{here}'")

import threading
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from services.chat.clients import Apis
from services.chat.models import ChatBase, Inbound
from services.chat.settings import Settings
from services.chat.use_cases import Text, hear
from services.chat.worker import create
from shared.auth import Signer
from shared.db import Sessions
from shared.migrations import differences
from shared.testing.databases import Databases
from shared.testing.keys import Keyring
from tests.chat.beside import KNOWN, Beside
from tests.conftest import Clock

pytestmark = pytest.mark.committed


@pytest.fixture
def apis(settings: Settings, keys: Keyring, beside: Beside) -> Apis:
    signer = Signer("chat", keys.private["chat"])
    return Apis(settings.url_of, signer, "secret", ZoneInfo("Europe/London"), beside.transport())


def test_the_same_text_brought_many_times_at_once_is_dealt_with_once(
    databases: Databases, apis: Apis, beside: Beside, clock: Clock
):
    together = threading.Barrier(6)
    text = Text("twilio", "sms", "SM1", KNOWN, "The tea was cold.")

    def bring(sessions: Sessions) -> str:
        together.wait()
        with sessions.begin() as session:
            return hear(session, apis, text, answers_at="forum.example.org/say/answer", now=clock())

    with databases.owned_sessions("chat") as sessions, ThreadPoolExecutor(6) as pool:
        said = list(pool.map(bring, [sessions] * 6))
        with sessions() as session:
            assert session.scalar(select(func.count()).select_from(Inbound)) == 1
    assert beside.remarks == ["The tea was cold."]
    assert said.count("We already have your words.") == 5


def test_the_migrations_say_what_the_models_say(databases: Databases):
    with databases.owned("chat") as url:
        assert differences(url, ChatBase.metadata) == []


def test_the_worker_has_its_jobs(settings: Settings):
    work = create(settings)
    assert work.name == "chat"
    assert [job.name for job in work.jobs] == ["forget-replies", "sweep-tables"]
    assert not work.publishes

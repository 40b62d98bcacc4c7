"""What every service's HTTP side does alike, on an app with a few routes of its own and a real database."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, text

from shared.db import Sessions
from shared.ids import new_id
from shared.messaging import LogReader
from shared.settings import CommonSettings
from shared.testing.databases import Databases
from shared.testing.keys import Keyring
from shared.web import create_app
from tests.shared.small_service import MADE, Slow, is_problem, routes
from tests.shared.waiting import until

KILOBYTE = 1024


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def owned(databases: Databases) -> Iterator[Sessions]:
    with databases.owned_sessions("feedback") as sessions:
        with sessions.begin() as session:
            session.execute(text(MADE))
        yield sessions


@pytest.fixture
def app(owned: Sessions, keys: Keyring, slow: Slow) -> FastAPI:
    settings = CommonSettings(trusted_keys=keys.trusted)
    return create_app(
        "feedback", [routes(slow)], settings, sessions=owned, log=LogReader("feedback"), max_body=4 * KILOBYTE
    )


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def asking(keys: Keyring) -> Callable[..., dict[str, str]]:
    """The header of a service that asks feedback for a scope."""

    def header(issuer: str, scope: str, audience: str = "feedback") -> dict[str, str]:
        return {"Authorization": f"Bearer {keys.signer(issuer).service_token(audience, scope)}"}

    return header


class TestTransaction:
    def test_is_committed_before_the_answer_leaves(self, client: TestClient):
        assert client.post("/things", json={"id": 1, "twin": 1}).status_code == 201
        assert client.get("/things").json() == 1

    def test_a_commit_that_fails_is_no_success(self, client: TestClient, owned: Sessions):
        answer = client.post("/things", json={"id": 1, "twin": 2})
        assert is_problem(answer, 500)
        assert client.get("/things").json() == 0
        with owned() as session:
            assert session.execute(text("SELECT * FROM outbox")).all() == []

    @pytest.mark.parametrize(("path", "status"), [("/refused", 409), ("/broken", 500)])
    def test_of_what_fails_nothing_is_done(self, client: TestClient, path: str, status: int):
        assert is_problem(client.post(path), status)
        assert client.get("/things").json() == 0

    def test_a_refusal_can_keep_what_was_written(self, client: TestClient):
        assert is_problem(client.post("/guessed"), 409)
        assert client.get("/things").json() == 1

    def test_every_connection_is_given_back(self, client: TestClient, owned: Sessions):
        for path in ("/refused", "/broken", "/things"):
            client.post(path, json={"id": 1, "twin": 2})
        engine = owned.kw["bind"]
        assert isinstance(engine, Engine)
        assert engine.pool.checkedout() == 0


class TestRepeatedRequest:
    KEY = {"Idempotency-Key": "a-key-of-mine"}

    def test_two_at_the_same_time_do_it_once_and_get_one_answer(self, client: TestClient, slow: Slow, owned: Sessions):
        slow.go_on.clear()
        thing = {"id": 1, "twin": 1}
        with ThreadPoolExecutor(2) as threads:
            first = threads.submit(client.post, "/things", json=thing, headers=self.KEY)
            assert slow.begun.wait(30)
            second = threads.submit(client.post, "/things", json=thing, headers=self.KEY)
            until(lambda: _waiting_for_a_lock(owned), "the second waits for the first")
            slow.go_on.set()
            answers = [first.result(), second.result()]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert [answer.headers.get("idempotent-replayed") for answer in answers] == [None, "true"]
        assert client.get("/things").json() == 1

    def test_what_failed_may_be_tried_again_with_its_key(self, client: TestClient):
        failed = client.post("/things", json={"id": 1, "twin": 1}, headers={"Idempotency-Key": "k" * 201})
        assert is_problem(failed, 422)
        assert is_problem(client.post("/broken", headers=self.KEY), 500)
        assert client.post("/things", json={"id": 1, "twin": 1}, headers=self.KEY).status_code == 201

    def test_a_key_means_one_request(self, client: TestClient):
        client.post("/things", json={"id": 1, "twin": 1}, headers=self.KEY)
        assert is_problem(client.post("/things", json={"id": 2, "twin": 2}, headers=self.KEY), 422)
        assert client.get("/things").json() == 1

    def test_nobody_reads_anothers_answer_by_its_key(self, client: TestClient, asking: Callable[..., dict[str, str]]):
        client.post("/things", json={"id": 1, "twin": 1}, headers=self.KEY)
        other = client.post("/things", json={"id": 2, "twin": 2}, headers=self.KEY | asking("chat", "stops:write"))
        assert other.status_code == 201
        assert other.json()["id"] == 2


class TestRefusals:
    def test_say_what_is_the_matter_and_what_to_do(self, client: TestClient):
        answer = client.post("/refused")
        assert is_problem(answer, 409)
        body = answer.json()
        assert (body["type"], body["title"]) == ("urn:afterhours:full", "It is full.")
        assert (body["detail"], body["places_left"]) == ("Ask for another.", 0)

    @pytest.mark.parametrize(
        ("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/things", 405), ("POST", "/things", 422)]
    )
    def test_have_one_form_whoever_refuses(self, client: TestClient, method: str, path: str, status: int):
        assert is_problem(client.request(method, path), status)

    def test_do_not_repeat_what_was_sent(self, client: TestClient):
        answer = client.post("/things", json={"id": "my own words"})
        assert is_problem(answer, 422)
        assert "my own words" not in answer.text
        assert {field["where"] for field in answer.json()["fields"]} == {"body.id", "body.twin"}

    def test_a_database_that_went_away_is_a_reason_to_try_again(self, client: TestClient, owned: Sessions):
        client.get("/things")
        end_connections(owned)
        answer = client.get("/things")
        assert is_problem(answer, 503)
        assert answer.headers["retry-after"]
        assert client.get("/things").status_code == 200


class TestBody:
    def test_too_much_is_refused_unread(self, client: TestClient):
        answer = client.post("/things", content=b" " * (4 * KILOBYTE + 1))
        assert is_problem(answer, 413)
        assert "4 KB" in answer.json()["detail"]

    def test_as_much_as_is_allowed_is_read(self, client: TestClient):
        thing = b'{"id": 1, "twin": 1}'
        padded = thing + b" " * (4 * KILOBYTE - len(thing))
        json = {"Content-Type": "application/json"}
        assert client.post("/things", content=padded, headers=json).status_code == 201


class TestRequestId:
    def test_is_given_to_each_and_told(self, client: TestClient):
        first, second = (client.get("/things").headers["x-request-id"] for _ in range(2))
        assert len(first) == 32
        assert first != second

    def test_of_the_caller_is_kept_when_it_is_sound(self, client: TestClient):
        assert client.get("/things", headers={"X-Request-Id": "from-the-gateway"}).headers["x-request-id"] == (
            "from-the-gateway"
        )

    @pytest.mark.parametrize("given", ["short", "x" * 65, "a b c d e f", "<script>alert(1)</script>"])
    def test_that_could_do_harm_in_a_log_is_replaced(self, client: TestClient, given: str):
        assert client.get("/things", headers={"X-Request-Id": given}).headers["x-request-id"] != given


class TestPages:
    def test_follow_on_each_other_whatever_comes_meanwhile(self, client: TestClient):
        for number in range(1, 6):
            client.post("/things", json={"id": number, "twin": number})
        whole = client.get("/messages").json()
        assert whole["next"] is None
        read, after = [], None
        for number in range(6, 9):
            page = client.get("/messages", params={"limit": 2} | ({"after": after} if after else {})).json()
            read += page["items"]
            after = page["next"]
            client.post("/things", json={"id": number, "twin": number})
        assert read[:5] == whole["items"]
        assert len(set(read)) == len(read) == 6

    @pytest.mark.parametrize("after", ["x", "W10", "bm8", "WyJhIiwiYiJd", "é", "=" * 9])
    def test_a_cursor_of_somewhere_else_is_refused(self, client: TestClient, after: str):
        assert is_problem(client.get("/messages", params={"after": after}), 422)


class TestCallers:
    def test_anyone_is_nobody_in_particular(self, client: TestClient):
        assert client.get("/who").json() == "anyone"

    @pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic eDp5", "nonsense"])
    def test_a_header_that_is_no_token_is_refused(self, client: TestClient, header: str):
        answer = client.get("/who", headers={"Authorization": header})
        assert is_problem(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"

    def test_a_route_for_one_scope_is_for_that_scope(self, client: TestClient, asking: Callable[..., dict[str, str]]):
        assert client.get("/for-chat", headers=asking("chat", "stops:write")).json() == "chat"
        assert is_problem(client.get("/for-chat", headers=asking("chat", "vault:identify")), 403)
        assert is_problem(client.get("/for-chat", headers=asking("events", "stops:write")), 403)
        assert is_problem(client.get("/for-chat", headers=asking("chat", "stops:write", "members")), 403)
        assert is_problem(client.get("/for-chat"), 401)


class TestLog:
    def test_is_read_by_those_who_hear_it_and_by_nobody_else(
        self, client: TestClient, asking: Callable[..., dict[str, str]]
    ):
        question = {"subscriber": "events", "after": 0}

        def read(issuer: str) -> httpx2.Response:
            return client.get("/internal/messages", params=question, headers=asking(issuer, "messages:read"))

        assert read("events").json()["batch"]["source"] == "feedback"
        assert read("operator").status_code == 200
        assert is_problem(read("notifications"), 403)
        assert is_problem(client.get("/internal/messages", params=question), 401)

    @pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 1001}, {"after": -1}, {"after": 2**63}, {"after": "x"}])
    def test_is_not_asked_for_what_it_cannot_have(
        self, client: TestClient, asking: Callable[..., dict[str, str]], wrong: dict[str, object]
    ):
        question = {"subscriber": "events", "after": 0} | wrong
        answer = client.get("/internal/messages", params=question, headers=asking("events", "messages:read"))
        assert is_problem(answer, 422)

    def test_is_renewed_once_for_all_who_ask(self, client: TestClient, asking: Callable[..., dict[str, str]]):
        reading, renewing = asking("events", "messages:read"), asking("events", "messages:renew")
        before = client.get("/internal/messages", params={"subscriber": "events", "after": 0}, headers=reading).json()
        first, second = (
            client.post("/internal/messages/renewals", json={"epoch": before["epoch"]}, headers=renewing).json()
            for _ in range(2)
        )
        assert first == second
        assert first["epoch"] != before["epoch"]
        assert is_problem(
            client.post("/internal/messages/renewals", json={"epoch": str(new_id())}, headers=reading), 403
        )


class TestHealth:
    def test_lives_and_is_ready(self, client: TestClient):
        assert client.get("/health/live").status_code == client.get("/health/ready").status_code == 200

    def test_what_was_asked_is_counted_by_route_and_not_by_path(self, client: TestClient):
        client.get("/things")
        client.get("/things/some-secret-link")
        counted = client.get("/metrics").text
        assert 'http_request_seconds_count{method="GET",route="/things",service="feedback",status="200"}' in counted
        assert "some-secret-link" not in counted


def _waiting_for_a_lock(sessions: Sessions) -> bool:
    with sessions() as session:
        return bool(session.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted")).all())


def end_connections(sessions: Sessions) -> None:
    """As a restart of PostgreSQL does."""
    bound = sessions.kw["bind"]
    assert isinstance(bound, Engine)
    apart = create_engine(bound.url)
    with apart.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    apart.dispose()

"""What the containers may do, what they know, and what is open to the outside."""

import subprocess
from collections.abc import Callable, Iterable
from contextlib import closing
from http.client import HTTPConnection
from itertools import permutations

import httpx2
import pytest

from tests.deploy.stack import NAMES, Stack, service_of
from tests.deploy.visitor import Visitor

pytestmark = pytest.mark.deploy


@pytest.mark.parametrize(
    "path",
    [
        "/api/members/internal/messages",
        "/api/events/health/ready",
        "/api/notifications/health",
        "/api/feedback/metrics",
        "/api/web/metrics",
        "/chat/health/live",
        "/chat/metrics",
        "/metrics",
        "/health/ready",
        "/api/events/INTERNAL/messages",
        "/api/events//metrics",
        "//metrics",
        "/api/events/%6Detrics",
        "/api/events/x/../metrics",
        "/api/events/%2e%2e/events/metrics",
        "/api/redis/x",
    ],
)
def test_what_is_for_inside_is_not_there_from_outside(stack: Stack, path: str):
    # By what sends a path as it is: other libraries put it in order first.
    with closing(HTTPConnection(stack.public.removeprefix("http://"), timeout=20)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 404
        assert b"There is nothing here." in answer.read()


def test_the_apis_are_there(stack: Stack):
    for name in NAMES[:4]:
        assert httpx2.get(f"{stack.public}/api/{name}/openapi.json").is_success
    assert httpx2.get(stack.public).headers["Content-Type"].startswith("text/html")
    assert httpx2.post(f"{stack.public}/chat/sms", data={"Body": "unsigned"}).status_code == 403
    assert "server" not in httpx2.get(stack.public).headers


def test_more_than_any_file_is_refused_at_the_door(stack: Stack):
    large = httpx2.post(f"{stack.public}/api/members/imports/members", content=b"x" * 9_000_000)
    assert large.status_code == 413
    assert "too big" in large.json()["title"]


def test_only_the_gateway_and_the_simulator_are_published(stack: Stack):
    published = {service_of(each): each["HostConfig"]["PortBindings"] for each in stack.containers()}
    published = {name: bindings for name, bindings in published.items() if bindings}
    assert set(published) == {"gateway", "simulator"}
    assert {binding["HostIp"] for bindings in published["simulator"].values() for binding in bindings} == {"127.0.0.1"}


def test_databases_have_no_way_to_the_outside(stack: Stack):
    for name in ("postgres", "redis"):
        assert [net.rpartition("_")[2] for net in stack.container(name)["NetworkSettings"]["Networks"]] == ["data"]
    network = next(iter(stack.container("postgres")["NetworkSettings"]["Networks"]))
    told = subprocess.run(
        ["docker", "network", "inspect", network, "--format", "{{.Internal}}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "true"


def test_no_container_can_do_more_than_it_must(stack: Stack):
    for each in stack.containers():
        name, host = service_of(each), each["HostConfig"]
        assert host["ReadonlyRootfs"], name
        assert host["CapDrop"] == ["ALL"], name
        assert host["SecurityOpt"] == ["no-new-privileges:true"], name
        assert host["Memory"] > 0, name
        assert host["RestartPolicy"]["Name"] == ("no" if name == "migrate" else "unless-stopped"), name
        if name != "migrate":
            words = "id -u; touch /etc/mine /usr/mine; grep CapEff /proc/self/status"
            told = stack.within(name, "sh", "-c", words)
            assert not told.startswith("0\n"), name
            assert told.count("Read-only file system") == 2, name
            assert "CapEff:\t0000000000000000" in told, name


def test_each_container_knows_its_own_secrets_only(stack: Stack):
    def known(service: str) -> set[str]:
        return set(stack.within(service, "ls", "/run/secrets").split())

    assert known("beat") == {"broker_url"}
    assert known("web") == {"trusted_keys", "web_signing_key"}
    events = {"trusted_keys", "events_database_url", "events_signing_key"}
    assert known("events") == events
    assert known("events-worker") == events | {"broker_url"}
    assert {name for name in (*NAMES, "web") if "broker_url" in known(name)} == set()
    assert known("redis") == {"redis_password"}
    assert {name for name in NAMES if "members_master_key" in known(name)} == {"members"}


def test_redis_asks_for_a_password_and_keeps_nothing(stack: Stack):
    def redis(words: str) -> str:
        return stack.within("redis", "sh", "-c", f"REDISCLI_AUTH=$(cat /run/secrets/redis_password) redis-cli {words}")

    assert "NOAUTH" in stack.within("redis", "redis-cli", "ping")
    assert redis("config get save").split() == ["save"]
    assert redis("config get appendonly").split() == ["appendonly", "no"]
    assert redis("config get maxmemory-policy").split() == ["maxmemory-policy", "allkeys-lru"]
    assert stack.within("redis", "ls", "-A", "/data") == ""
    assert [mount["Type"] for mount in stack.container("redis")["Mounts"]] == ["bind", "bind"]


def test_no_service_can_log_in_to_the_database_of_another(stack: Stack):
    passwords = {name: (stack.secrets / f"{name}_postgres_password").read_text() for name in NAMES}

    def ask(tries: Iterable[tuple[str, str]], password: Callable[[str], str]) -> list[str]:
        logins = [f"postgresql://{role}:{password(role)}@postgres/{database}" for role, database in tries]
        words = "; ".join(f"psql {login} -Atc 'SELECT 1' 2>&1 | head -1" for login in logins)
        return stack.within("postgres", "sh", "-c", words).splitlines()

    own = [(name, name) for name in NAMES]
    assert ask(own, passwords.__getitem__) == ["1"] * len(own)
    assert all("password authentication failed" in told for told in ask(own, lambda _: "wrong"))
    others = [*permutations(NAMES, 2), ("members", "postgres"), ("members", "template1")]
    refused = ask(others, passwords.__getitem__)
    assert len(refused) == len(others)
    assert all("permission denied for database" in told for told in refused)


def test_visitors_behind_a_trusted_proxy_are_told_apart_by_what_it_says_alone(stack: Stack):
    visitor = Visitor(stack, "nobody")

    def askers(*passed: str) -> int:
        """As how many somebody counts who asks for a code by each of these ways."""
        stack.within("postgres", "psql", "-U", "postgres", "members", "-c", "DELETE FROM challenges")
        for number, addresses in enumerate(passed):
            visitor.ask_for_code(f"nobody{number}@example.org", {"X-Forwarded-For": addresses, "X-Asker": str(number)})
        query = "SELECT count(*) || ' by ' || count(DISTINCT asker) FROM challenges"
        told = stack.within("postgres", "psql", "-U", "postgres", "members", "-Atc", query)
        asked, by = map(int, told.split(" by "))
        assert asked == len(passed)
        return by

    assert askers("192.0.2.7", "192.0.2.8") == 2
    assert askers("192.0.2.7", "192.0.2.8, 192.0.2.7", "nonsense, 192.0.2.7:4711") == 1
    assert askers("", "unknown") == 1
    visitor.close()

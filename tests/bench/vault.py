"""The vault: what it takes the API of members to open a thousand addresses, and what a token takes to be checked."""

import json
import time
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Callable, Sequence
from itertools import batched
from pathlib import Path
from statistics import median
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi.testclient import TestClient
from sqlalchemy import select

from deploy.local.engines import Postgres
from services.members.app import create
from services.members.models import Member
from services.members.settings import Settings
from services.notifications.jobs import AT_ONCE
from shared.auth import Verifier
from shared.contracts.members import Role
from shared.migrations import migrate
from shared.testing.keys import Keyring
from tests.bench.figures import Figure, at_most

ADDRESSES = 1_000
TOKENS = 500
GROUPS = 3
RUNS = 5
NONCE, BOUND = bytes(12), bytes(16)
MEMBERS = "name,phone\n" + "".join(f"Member {n},+447700900{n:03}\n" for n in range(ADDRESSES))


def measure(folder: Path) -> list[Figure]:
    keys = Keyring()
    return [*_resolving(folder / "vault", keys), *_verifying(keys)]


def _resolving(folder: Path, keys: Keyring) -> list[Figure]:
    """Milliseconds over the API, with all that is audited and committed; the floor opens as many, and does nothing else."""
    with Postgres(folder) as postgres:
        url = postgres.ensure_databases(["members"])["members"]
        migrate("members", url)
        key = b64encode(bytes(32)).decode()
        settings = Settings(
            database_url=url,
            signing_key=keys.private["members"],
            trusted_keys=keys.trusted,
            master_key=key,
            index_key=key,
            link_key=key,
            erasure_ledger=folder / "erasures.ledger",
        )
        with TestClient(create(settings)) as client:
            ids = _brought_in(client, settings, keys)
            resolve = _resolver(client, keys)
            in_batches = _milliseconds(lambda: [resolve(some) for some in batched(ids, AT_ONCE)])
            at_once = _milliseconds(lambda: resolve(ids))
    floor = _milliseconds(_opens())
    return [
        Figure(f"{ADDRESSES} addresses from the vault, {AT_ONCE} a call", in_batches, "ms", at_most(1000), floor),
        Figure(f"{ADDRESSES} addresses from the vault in one call", at_once, "ms", at_most(1000), floor),
    ]


def _brought_in(client: TestClient, settings: Settings, keys: Keyring) -> list[str]:
    headers = _headers(keys, "operator", "members:import") | {"Content-Type": "text/csv"}
    report = client.post("/imports/members", content=MEMBERS.encode(), headers=headers).json()
    if report["added"] != ADDRESSES:
        raise RuntimeError(f"only {report['added']} members went in")
    with settings.sessions()() as session:
        return [str(member_id) for member_id in session.scalars(select(Member.id))]


def _resolver(client: TestClient, keys: Keyring) -> Callable[[Sequence[str]], None]:
    headers = _headers(keys, "notifications", "vault:resolve")

    def resolve(ids: Sequence[str]) -> None:
        items = [{"member_id": it, "channel": "sms"} for it in ids]
        body = {"reason": "to measure", "items": items}
        found = client.post("/internal/addresses/resolve", json=body, headers=headers).json()["items"]
        if not all(item["address"] for item in found):
            raise RuntimeError("an address was not found")

    return resolve


def _opens() -> Callable[[], object]:
    """Unwrapping a key and opening an address with it, as often."""
    master, key = AESGCM(AESGCM.generate_key(256)), AESGCM.generate_key(256)
    wrapped, sealed = master.encrypt(NONCE, key, BOUND), AESGCM(key).encrypt(NONCE, b"+447700900007", BOUND)

    def run() -> None:
        for _ in range(ADDRESSES):
            AESGCM(master.decrypt(NONCE, wrapped, BOUND)).decrypt(NONCE, sealed, BOUND)

    return run


def _verifying(keys: Keyring) -> list[Figure]:
    """Microseconds for a token at its first sight and later; the floor checks the signature, and reads nothing."""
    signer = keys.signer("members")
    tokens = [signer.member_token(uuid4(), {uuid4(): Role.MEMBER for _ in range(GROUPS)}) for _ in range(TOKENS)]
    firsts, agains = [], []
    for _ in range(RUNS):
        verifier = Verifier("events", keys.trusted)
        firsts.append(_each(verifier.caller, tokens))
        agains.append(_each(verifier.caller, tokens))
    floor = median(_each(_signature_checker(keys), tokens) for _ in range(RUNS))
    return [
        Figure("Checking a token, the first time", median(firsts), "µs", at_most(150), floor),
        Figure("Checking a token, again", median(agains), "µs"),
    ]


def _signature_checker(keys: Keyring) -> Callable[[str], None]:
    (jwk,) = [key for key in json.loads(keys.trusted)["keys"] if key["kid"] == "members"]
    public = Ed25519PublicKey.from_public_bytes(_decoded(jwk["x"]))

    def check(token: str) -> None:
        said, _, signature = token.rpartition(".")
        public.verify(_decoded(signature), said.encode())

    return check


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _headers(keys: Keyring, issuer: str, scope: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.signer(issuer).service_token('members', scope)}"}


def _each(check: Callable[[str], object], tokens: Sequence[str]) -> float:
    begun = time.perf_counter()
    for token in tokens:
        check(token)
    return (time.perf_counter() - begun) / len(tokens) * 1e6


def _milliseconds(run: Callable[[], object]) -> float:
    """The one in the middle of some runs, after one that counts for nothing."""
    took = []
    for _ in range(RUNS + 1):
        begun = time.perf_counter()
        run()
        took.append((time.perf_counter() - begun) * 1000)
    return median(took[1:])

"""From the commit of what was published to the commit of its effect in another service, by PostgreSQL's own clock."""

from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from shared.ids import new_id
from shared.messaging import publish_all
from tests.bench.figures import Figure, at_least, at_most
from tests.faults.heal import count_thing
from tests.faults.stage import Stage, until
from tests.faults.traffic import Traffic
from tests.faults.world import AlphaCounted

WORKERS = {"sources": ("alpha", "beta"), "gamma": ("gamma",)}
WARM_UP = 900_000
CALM = 1000
CALM_RATE = 50
FULL = 30_000
RUNS = 3
AT_ONCE = 500


def measure(folder: Path) -> list[Figure]:
    """Latency at a calm rate, and how many a second when a great many wait."""
    place = folder / "messages"
    place.mkdir(mode=0o711)
    with Stage(place, workers=WORKERS) as stage:
        keep_commit_times(stage)
        p50, p99 = calm(stage)
        rates = [at_full_speed(stage, 1_000_000 * (run + 1)) for run in range(RUNS)]
    return [
        Figure("commit to effect, 50 messages/s, p50", p50 * 1000, "ms"),
        Figure("commit to effect, 50 messages/s, p99", p99 * 1000, "ms", at_most(60)),
        Figure("messages at full speed, a handler and a statement each", median(rates), "1/s", at_least(5000)),
    ]


def keep_commit_times(stage: Stage) -> None:
    """Let PostgreSQL remember when each transaction was committed."""
    engine = create_engine(stage.postgres.admin_url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET track_commit_timestamp = on"))
    engine.dispose()
    stage.restart_database()
    until(stage.web_answers, 120)
    # Until the relay and the subscriber have noticed that the database is back, what is measured is that.
    for n in range(WARM_UP, WARM_UP + 10):
        count_thing(stage, n)
    until(lambda: count(stage) >= 10, 60)


def calm(stage: Stage) -> tuple[float, float]:
    """Seconds, p50 and p99, over twenty seconds of requests."""
    traffic = Traffic(stage.url, CALM, CALM_RATE)
    traffic.start()
    traffic.join()
    until(lambda: count(stage) >= CALM + 10, 60)
    took = []
    for source in ("alpha", "beta"):
        begun = dict(stage.query(source, f"SELECT n, {COMMITTED} FROM things"))
        done = stage.query("gamma", f"SELECT n, {COMMITTED} FROM effects WHERE source = %s AND n < {WARM_UP}", source)
        took += [at - begun[n] for n, at in done]
    return median(took), quantiles(took, n=100)[-1]


def at_full_speed(stage: Stage, first: int) -> float:
    """Messages a second: all are in the log before the relay numbers the first of them."""
    before = count(stage)
    fill(stage, first)
    until(lambda: count(stage) >= before + FULL, 120)
    rows = stage.query("gamma", f"SELECT min({COMMITTED}), max({COMMITTED}) FROM effects WHERE n >= {first}")
    begun, ended = rows[0]
    return FULL / (ended - begun)


# Seconds since 1970, of the transaction that wrote a row.
COMMITTED = "extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8"


def fill(stage: Stage, first: int) -> None:
    """Publish them all in one transaction, as an import does."""
    engine = create_engine(stage.postgres.admin_url("alpha"))
    with Session(engine) as session:
        now = session.scalar(text("SELECT now()"))
        assert now is not None
        for start in range(first, first + FULL, AT_ONCE):
            numbers = range(start, start + AT_ONCE)
            publish_all(session, [AlphaCounted(thing_id=new_id(), n=n) for n in numbers], now=now)
        session.commit()
    engine.dispose()


def count(stage: Stage) -> int:
    """How many effects there are."""
    return int(stage.query("gamma", "SELECT count(*) FROM effects")[0][0])

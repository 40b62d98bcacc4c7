"""Print the matrix as the services answer it: `make authz`."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

from deploy.local.engines import Postgres
from shared.testing.databases import Databases
from shared.testing.keys import Keyring
from tests.authz.matrix import Line, lines, table
from tests.authz.rows import ROWS
from tests.authz.worlds import SERVICES, world_of
from tests.conftest import Clock, engine_folder


def asked() -> Iterator[tuple[str, list[Line]]]:
    """Every service's lines."""
    clock = Clock(datetime.now(UTC))
    with ExitStack() as stack:
        server = Postgres(stack.enter_context(engine_folder()), durable=False).start()
        stack.callback(server.stop, hurry=True)
        databases, keys = Databases(server.admin_url()), Keyring()
        for service in SERVICES:
            with databases.lent(service) as sessions, world_of(service, sessions, keys, clock) as world:
                yield service, list(lines(world, ROWS[service]))


wrong = 0
for service, found in asked():
    print(*table(service, found), "", sep="\n")
    wrong += sum(line.answered != line.declared for line in found)
print("Every cell is as declared." if not wrong else f"{wrong} lines are not as declared.")
sys.exit(wrong > 0)

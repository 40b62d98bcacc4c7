"""Write a migration of one service from the difference between its models and its migrations so far.

python -m deploy.local.migration events "add a note"
"""

import sys
import tempfile
from pathlib import Path

from alembic import command

from deploy.local.engines import Postgres
from deploy.local.refusal import Refusal
from deploy.local.secret_list import DATABASES
from shared.migrations import config_for, migrate


def write_migration(service: str, words: str) -> None:
    if service not in DATABASES:
        raise Refusal(f"There is no {service!r} here. Choose from: {', '.join(DATABASES)}.", code=2)
    # A database of its own for the comparison, so that nothing needs to be running.
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder), durable=False) as postgres:
        url = postgres.ensure_databases([service])[service]
        migrate(service, url)
        command.revision(config_for(service, url), message=words, autogenerate=True)
    print("Read it before you commit it: Alembic sees tables and columns, not what they mean.")


if __name__ == "__main__":
    try:
        write_migration(*sys.argv[1:3])
    except Refusal as refusal:
        sys.exit(str(refusal))

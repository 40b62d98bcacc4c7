"""What has to be there before the services start: databases, keys, settings.

It runs as a process of its own, because the supervisor, which stays, is small without the drivers this needs.
"""

import os
from pathlib import Path

from deploy.local.engines import Postgres
from deploy.local.environment import local_environment, write_environment
from deploy.local.secret_list import DATABASES


def prepare(data: Path, postgres_port: int, *, port: int, simulator_port: int | None, clock_offset: float) -> None:
    postgres = Postgres(data / "postgres", port=postgres_port)
    environment = local_environment(
        data,
        port=port,
        simulator_port=simulator_port,
        clock_offset=clock_offset,
        database_urls=postgres.ensure_databases(DATABASES),
        broker_url=os.environ["BROKER_URL"],
    )
    write_environment(data, environment)

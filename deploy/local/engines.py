"""The two engines that everything stands on, from their wheels, without Docker and without root."""

from deploy.local.engine import Engine
from deploy.local.postgres import Postgres
from deploy.local.valkey import Valkey

__all__ = ["Engine", "Postgres", "Valkey"]

from collections.abc import Iterator

import pytest

from shared.testing.databases import Databases
from tests.shared.world import World


@pytest.fixture(scope="session")
def one_world(databases: Databases) -> Iterator[World]:
    world = World(databases)
    yield world
    world.close()


@pytest.fixture
def world(one_world: World) -> World:
    one_world.clear()
    return one_world

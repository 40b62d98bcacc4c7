"""The authorisation matrix: every route of every service, for every object and every caller."""

from collections.abc import Callable, Iterator

import pytest

from shared.db import Sessions
from shared.testing.keys import Keyring
from tests.authz.callers import COLUMNS
from tests.authz.matrix import World, lines, table
from tests.authz.rows import ROWS
from tests.authz.worlds import SERVICES, world_of
from tests.conftest import Clock

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(params=SERVICES)
def world(
    request: pytest.FixtureRequest, sessions: Callable[[str], Sessions], keys: Keyring, clock: Clock
) -> Iterator[World]:
    with world_of(request.param, sessions(request.param), keys, clock) as world:
        yield world


def test_every_cell_is_answered_as_declared(world: World):
    wrong = [line for line in lines(world, ROWS[world.service]) if line.answered != line.declared]
    assert not wrong, "\n" + "\n".join(table(world.service, wrong))


def test_every_route_has_a_row_and_every_row_every_column(world: World):
    paths = world.client.get("/openapi.json").json()["paths"]
    routes = {f"{method.upper()} {path}" for path, item in paths.items() for method in METHODS & item.keys()}
    rows = [row.route for row in ROWS[world.service]]
    assert sorted(rows) == sorted(routes)
    assert {len(letters.replace(" ", "")) for row in ROWS[world.service] for letters in row.answers.values()} == {
        len(COLUMNS)
    }

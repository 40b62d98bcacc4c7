from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.deploy.stack import Stack
from tests.deploy.visitor import Visitor


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything up and healthy, with a group; it is taken down and forgotten at the end."""
    stack = Stack(tmp_path_factory.mktemp("compose"))
    try:
        stack.up()
        stack.afterhours("groups", "add", "Service User Forum")
        yield stack
    finally:
        stack.down()


@pytest.fixture
def newcomer(stack: Stack) -> Iterator[Callable[[int], Visitor]]:
    """`newcomer(7)`: Member 7 is on the list of members that an operator imports."""
    with ExitStack() as everybody:

        def of(number: int) -> Visitor:
            visitor = Visitor(stack, f"+44770090{number:04d}")
            everybody.callback(visitor.close)
            stack.add_member(f"Member {number}", visitor.phone)
            return visitor

        yield of


@pytest.fixture
def files(stack: Stack) -> Path:
    """The folder whose files an operator's command can read."""
    return stack.files

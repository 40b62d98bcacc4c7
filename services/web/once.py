"""Several who ask for the same at the same time are answered by one asking."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any


class Once:
    """Work under way, by what it is for."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}

    def run[T](self, key: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> Awaitable[T]:
        """The outcome of `work`, which is begun only when nobody is at it already.

        Whoever waits may go away: the work goes on for the others.
        """
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(work())
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._ended(key, done))
        return asyncio.shield(task)

    def is_under_way(self, key: Hashable) -> bool:
        """Whether somebody is at it."""
        return key in self._under_way

    def _ended(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        del self._under_way[key]
        # An error that nobody waits for any more was still told to those who did; asking for it marks it as heard.
        if not task.cancelled():
            task.exception()

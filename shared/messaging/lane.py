"""The way into a process for the batches of one source."""

import threading
from collections import deque
from collections.abc import Callable

from shared.messaging.envelope import Batch

WAITING_AT_MOST = 16


class Lane:
    """The batches of one source that reached this process, applied by one thread at a time.

    Threads that bring a batch while another applies leave it here instead of queueing for the cursor's row: the order
    of arrival is kept and no thread waits. What is lost with the process, the cursor will find missing.
    """

    def __init__(self, take: Callable[[Batch], None]) -> None:
        self._take = take
        self._busy = threading.Lock()
        self._waiting: deque[Batch] = deque()

    def bring(self, batch: Batch) -> None:
        """Leave a batch, and take what waits, unless another thread is at it."""
        self._waiting.append(batch)
        self._empty()

    def alone(self, work: Callable[[], None]) -> None:
        """Do something that no batch may be taken during; nothing is done while another thread takes batches."""
        if not self._busy.acquire(blocking=False):
            return
        try:
            work()
        finally:
            self._busy.release()
        self._empty()  # What came meanwhile was left to this thread.

    def _empty(self) -> None:
        # Asked again after each release: a batch may have been left between the last look and the release.
        while self._waiting and self._busy.acquire(blocking=len(self._waiting) > WAITING_AT_MOST):
            try:
                while self._waiting:
                    self._take(self._waiting.popleft())
            finally:
                self._busy.release()

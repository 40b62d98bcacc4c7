"""What was sent and what came back, in memory, the newest so many."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Literal

from deploy.simulator.letters import RawMail

Direction = Literal["outbound-api", "outbound-reply", "automatic", "inbound"]


@dataclass(eq=False, kw_only=True)
class Text:
    """A text to or from a phone."""

    channel: Literal["sms"] = "sms"
    direction: Direction
    sid: str
    to: str
    sender: str
    body: str
    created: datetime
    state: str
    sent: datetime | None = None
    updated: datetime | None = None
    error_code: int | None = None
    service_sid: str | None = None
    is_copy: bool = False
    """The network delivered the same text a second time."""
    trouble: list[str] = field(default_factory=list)
    note: str = ""
    index: int = -1

    @property
    def person(self) -> str:
        """Whose phone this is on."""
        return self.sender if self.direction == "inbound" else self.to

    @property
    def size(self) -> int:
        return len(self.body)


@dataclass(eq=False, kw_only=True)
class Mail:
    """A mail to one mailbox."""

    channel: Literal["email"] = "email"
    direction: Direction = "outbound-api"
    to: str
    sender: str
    raw: RawMail
    created: datetime
    state: str
    trouble: list[str] = field(default_factory=list)
    index: int = -1

    @property
    def person(self) -> str:
        """Whose mailbox this is in; mailboxes do not mind capitals."""
        return self.to.lower()

    @property
    def size(self) -> int:
        return len(self.raw.content)


type Item = Text | Mail
type Thread[Kind] = deque[Kind]


class Store:
    """All items in the order they were accepted, and each person's in the order they arrived.

    Used from the event loop only, so it needs no lock.
    """

    def __init__(self, keep: int, keep_bytes: int) -> None:
        self.phones: dict[str, Thread[Text]] = {}
        self.mailboxes: dict[str, Thread[Mail]] = {}
        self._keep = keep
        self._keep_bytes = keep_bytes
        self._bytes = 0
        self._next = 0
        self._items: deque[Item] = deque()
        self._texts: dict[str, Text] = {}

    def add(self, item: Item) -> None:
        """Accept an item: it has an index from now on, which it keeps and nobody else gets."""
        item.index = self._next
        self._next += 1
        self._items.append(item)
        self._bytes += item.size
        if isinstance(item, Text) and not item.is_copy:
            self._texts[item.sid] = item
        while len(self._items) > self._keep or (self._bytes > self._keep_bytes and len(self._items) > 1):
            self._forget(self._items.popleft())

    def show(self, item: Item) -> None:
        """The item arrives at its person, whose thread becomes the most recent one."""
        if isinstance(item, Text):
            _append(self.phones, item)
        else:
            _append(self.mailboxes, item)

    def text(self, sid: str) -> Text | None:
        return self._texts.get(sid)

    def mail(self, index: int) -> Mail | None:
        if not self._items or not self._items[0].index <= index < self._next:
            return None
        item = self._items[index - self._items[0].index]
        return item if isinstance(item, Mail) else None

    def since(self, index: int) -> Iterator[Item]:
        """The items from `index` on, oldest first."""
        first = self._items[0].index if self._items else self._next
        return islice(self._items, max(0, index - first), None)

    def newest_texts(self) -> Iterator[Text]:
        """The texts a provider's list knows of, newest first."""
        return (item for item in reversed(self._items) if isinstance(item, Text) and not item.is_copy)

    def clear(self) -> int:
        """Forget everything; the indexes go on from where they are. Returns how many items there were."""
        removed = len(self._items)
        for kept in (self._items, self._texts, self.phones, self.mailboxes):
            kept.clear()
        self._bytes = 0
        return removed

    @property
    def next_index(self) -> int:
        return self._next

    def _forget(self, item: Item) -> None:
        self._bytes -= item.size
        if isinstance(item, Text):
            if self._texts.get(item.sid) is item:
                del self._texts[item.sid]
            _remove(self.phones, item)
        else:
            _remove(self.mailboxes, item)


def _append[Kind: (Text, Mail)](threads: dict[str, Thread[Kind]], item: Kind) -> None:
    # Taken out and put back, the thread moves to the end of the dictionary: its order is that of recent use.
    thread = threads.pop(item.person, None) or deque()
    thread.append(item)
    threads[item.person] = thread


def _remove[Kind: (Text, Mail)](threads: dict[str, Thread[Kind]], item: Kind) -> None:
    thread = threads.get(item.person)
    if thread is None or item not in thread:
        return
    thread.remove(item)
    if not thread:
        del threads[item.person]

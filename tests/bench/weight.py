"""What a phone fetches when it opens a page for the first time, byte by byte as it goes over the wire."""

import gzip
import re
import socket
from html.parser import HTMLParser
from urllib.parse import urljoin

from tests.bench.http_load import HEAD_ENDS, HOST, LENGTH, get

# What else a style sheet brings in.
IN_STYLES = re.compile(r"""(?:url\(|@import\s+)["']?([^"')]+)""")


class References(HTMLParser):
    """What a browser fetches beside a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        where = given.get("href") if tag == "link" else given.get("src")
        # A page without an icon of its own is asked for one all the same.
        if where:
            self.found.append(where)


def first_load(port: int) -> tuple[int, int]:
    """How many requests, and how many bytes of answers with their heads."""
    fetched: dict[str, int] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in fetched:
            continue
        size, head, body = _fetch(port, path)
        fetched[path] = size
        text = body.decode(errors="replace")
        if b"text/html" in head:
            references = References()
            references.feed(text)
            assert 'rel="icon"' in text, "a browser would ask for /favicon.ico"
            waiting += [urljoin(path, each) for each in references.found]
        elif b"text/css" in head:
            waiting += [urljoin(path, each) for each in IN_STYLES.findall(text) if not each.startswith("data:")]
    return len(fetched), sum(fetched.values())


def _fetch(port: int, path: str) -> tuple[int, bytes, bytes]:
    """How many bytes came, their head in small letters, and the body as it was meant."""
    assert path.startswith("/"), f"{path} is on another host"
    with socket.create_connection((HOST, port), timeout=10) as connection:
        connection.sendall(get(path, port))
        received = connection.recv(65536)
        while HEAD_ENDS not in received:
            received += connection.recv(65536)
        head, _, body = received.partition(HEAD_ENDS)
        length = LENGTH.search(head)
        assert length is not None, f"{path} does not say how long it is"
        while len(body) < int(length[1]):
            body += connection.recv(65536)
    assert head[9:12] == b"200", f"{path}: {head[:30]!r}"
    size = len(head) + len(HEAD_ENDS) + len(body)
    return size, head.lower(), gzip.decompress(body) if b"content-encoding: gzip" in head.lower() else body

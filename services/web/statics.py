"""The few files beside the pages: named by their content, so that a browser may keep them for good."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class StaticFile:
    body: bytes
    packed: bytes
    media_type: str
    url: str


class Statics:
    """All files of the folder, read and packed once."""

    def __init__(self) -> None:
        self._files = {path.name: _read(path) for path in FOLDER.iterdir() if path.suffix in TYPES}

    def url(self, name: str) -> str:
        """Where a page finds a file."""
        return self._files[name].url

    def find(self, name: str) -> StaticFile | None:
        """A file by its plain name."""
        return self._files.get(name)


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    version = hashlib.sha256(body).hexdigest()[:12]
    return StaticFile(body, gzip.compress(body, mtime=0), TYPES[path.suffix], f"/static/{version}/{path.name}")

"""Something measured in a process of its own: told by JSON on its standard input, and answering by JSON."""

import json
import subprocess
import sys
from typing import Any

SECONDS_AT_MOST = 120.0


def ask_child(module: str, **told: Any) -> Any:
    """What `python -m module` answers; nothing secret stands on its command line."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(told).encode(),
        stdout=subprocess.PIPE,
        check=True,
        timeout=SECONDS_AT_MOST,
    )
    return json.loads(done.stdout)


def told() -> Any:
    """What the parent says."""
    return json.load(sys.stdin)


def answer(value: Any) -> None:
    """Answer the parent."""
    json.dump(value, sys.stdout)

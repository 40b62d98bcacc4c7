#!/usr/bin/env -S python -I -S
"""Whether an address of this container answers well: `healthy 8000/health/ready`.

Slim images hold no curl, and this runs every few seconds, so it imports next to nothing.
"""

import sys
from http.client import HTTPConnection, HTTPException

OK = 200
SECONDS_TO_ANSWER = 3


def main() -> str | None:
    port, _, path = sys.argv[1].partition("/")
    try:
        connection = HTTPConnection("127.0.0.1", int(port), timeout=SECONDS_TO_ANSWER)
        connection.request("GET", f"/{path}")
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return f"no answer: {error}"
    return None if status == OK else f"answered {status}"


if __name__ == "__main__":
    sys.exit(main())

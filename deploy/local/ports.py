"""The ports that people are told: looked at before anything is started."""

import socket
import time

from deploy.local.refusal import Refusal

HOST = "127.0.0.1"


def is_taken(port: int, host: str = HOST) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As servers do, so that connections of a run just ended do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Refusal(f"Port {port} is for the system's own services. Choose one above 1023.") from error
        except OSError:
            return True
    return False


def require_free(port: int, option: str, what: str, *, host: str = HOST, patience: float = 0.0) -> None:
    """Refuse when another program listens there; with patience, after waiting for it to go."""
    deadline = time.monotonic() + patience
    while is_taken(port, host):
        if time.monotonic() >= deadline:
            raise Refusal(
                f"Port {port}, meant for {what}, is taken by another program. "
                f"Choose another, for example {option} {suggestion(port, host)}."
            )
        time.sleep(0.05)


def suggestion(port: int, host: str = HOST) -> int:
    near = (candidate for candidate in range(port + 10, min(port + 1000, 65000), 10))
    return next((candidate for candidate in near if not is_taken(candidate, host)), 0)

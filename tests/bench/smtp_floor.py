"""What the mail server takes at most: the same letter again and again, with nothing of ours in the way."""

import smtplib
import threading
import time

from tests.bench import child
from tests.bench.http_load import HOST

SECONDS = 2.0
OK = 250


def letters_per_second(port: int, connections: int, letter: str) -> float:
    """How many a second, over so many kept connections at once."""
    found: float = child.ask_child(__name__, port=port, connections=connections, letter=letter)
    return found


def main() -> None:
    plan = child.told()
    letter = plan["letter"].encode()
    together = threading.Barrier(plan["connections"] + 1)
    counts: list[int] = []

    def send() -> None:
        done = 0
        with smtplib.SMTP(HOST, plan["port"]) as smtp:
            smtp.ehlo()
            together.wait()
            until = time.perf_counter() + SECONDS
            while time.perf_counter() < until:
                smtp.mail("forum@example.org")
                smtp.rcpt("member1@example.org")
                code, _ = smtp.data(letter)
                assert code == OK, code
                done += 1
        counts.append(done)

    threads = [threading.Thread(target=send) for _ in range(plan["connections"])]
    for thread in threads:
        thread.start()
    together.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    child.answer(sum(counts) / (time.perf_counter() - begun))


if __name__ == "__main__":
    main()

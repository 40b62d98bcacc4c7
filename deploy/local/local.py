"""`afterhours local`: start everything, say where it is, wait, and stop everything."""

import errno
import time
from pathlib import Path

from deploy.local.data_folder import DataFolder
from deploy.local.refusal import Refusal, disk_full
from deploy.local.stack import Choices, Stack
from deploy.local.supervisor import StopAsked, Supervisor


def run_local(choices: Choices, started: float) -> None:
    """Until Ctrl-C or SIGTERM; `started` is when the command began, by the monotonic clock."""
    try:
        # The lock outlasts the supervisor, so that a second start never meets the children of a first.
        with DataFolder(choices.data, choices.address) as folder, Supervisor(say) as supervisor:
            try:
                stack = Stack(choices, folder, supervisor, say)
                stack.start()
                seconds = time.monotonic() - started
                stack.load_demo()
                announce(choices, seconds)
                supervisor.run()
            except StopAsked:
                say("Stopping …")
    except OSError as error:
        raise explained(error, choices.data) from error
    say(f"Stopped. The data stays in {shown(choices.data)}.")


def announce(choices: Choices, seconds: float) -> None:
    say(f"\nAfterhours is running (first page after {seconds:.1f} s).\n")
    say(f"  What's on              {choices.address}")
    if choices.simulator_port is not None:
        say(f"  Phones and mailboxes   http://127.0.0.1:{choices.simulator_port}/")
    say(f"  Data, keys and logs    {shown(choices.data)}")
    if choices.clock is not None:
        say(f"  Its clock runs on from {choices.clock:%A %-d %B %Y, %H:%M %Z}")
    if not choices.demo:
        say("\nThere is no demo in it. Bring in your own: uv run afterhours import --help")
    say("\nCtrl-C stops all of it; the data stays.\n")


def explained(error: OSError, data: Path) -> Refusal:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return disk_full(data.absolute())
    where = f" ({error.filename})" if error.filename else ""
    return Refusal(
        f"The folder {shown(data)} cannot be used: {error.strerror or error}{where}. Choose another with --data."
    )


def shown(path: Path) -> str:
    """As short as it can be said from here."""
    try:
        return f"{path.absolute().relative_to(Path.cwd())}/"
    except ValueError:
        return str(path.absolute())


def say(line: str) -> None:
    print(line, flush=True)

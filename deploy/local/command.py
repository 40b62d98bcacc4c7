"""The `afterhours` command. Everything heavy is imported when it is used, so that `--help` is quick."""

import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.local import data_commands, mechanism_commands, members_commands
from deploy.local.refusal import Refusal

STARTED = time.monotonic()
DEBUG = "AFTERHOURS_DEBUG"
LARGEST_PORT = 65535

app = typer.Typer(
    help="Afterhours: the software behind a member-run forum.",
    epilog="With --debug anywhere, an unexpected error shows its traceback.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
data_commands.add_to(app)
members_commands.add_to(app)
mechanism_commands.add_to(app)

Names = Annotated[
    list[str], typer.Argument(metavar="NAME...", help="members events feedback notifications chat web, or all.")
]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=LARGEST_PORT, help="The port to listen on.")]
MetricsPort = Annotated[int | None, typer.Option(min=1, max=LARGEST_PORT, help="Serve /metrics on this port.")]


@app.command()
def local(
    *,
    data: Annotated[Path, typer.Option(help="The folder for data, keys and logs.")] = Path(".data"),
    port: Annotated[int, typer.Option(min=1, max=LARGEST_PORT, help="Where the pages and APIs are.")] = 8000,
    simulator_port: Annotated[
        int, typer.Option(min=1, max=LARGEST_PORT - 1, help="Where phones and mailboxes are; mail is one above.")
    ] = 8025,
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="Load the demo forum on the first start.")] = True,
    clock: Annotated[
        str | None, typer.Option(metavar="ISO", help="What time it is at the start: 2026-11-26T17:30:00+00:00.")
    ] = None,
    simulator: Annotated[
        bool,
        typer.Option(
            "--simulator/--no-simulator", help="Phones and mailboxes here, or the providers in the environment."
        ),
    ] = True,
) -> None:
    """Run everything on this machine, without Docker, until Ctrl-C."""
    from deploy.local.local import run_local
    from deploy.local.stack import Choices

    choices = Choices(data, port, simulator_port if simulator else None, demo=demo, clock=moment(clock))
    run_local(choices, STARTED)


@app.command()
def serve(names: Names, host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve the APIs and pages of one or several services in one process."""
    from deploy.local.parts import named
    from deploy.local.serve import serve

    serve(named(names), host, port)


@app.command()
def worker(
    *,
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Services with work behind them, or all.")],
    lane: Annotated[
        list[str] | None, typer.Option(help="Take only this lane's work, such as urgent; may be given again.")
    ] = None,
    beat: Annotated[bool, typer.Option("--beat", help="Ring the timed jobs too.")] = False,
    metrics_port: MetricsPort = None,
) -> None:
    """Do the work behind the APIs: messages, timed jobs, sending."""
    from deploy.local.parts import WORKERS, named
    from deploy.local.work import work

    code = work(named(names, WORKERS), lane or [], beat=beat, metrics_port=metrics_port)
    raise typer.Exit(code)


@app.command()
def beat(metrics_port: MetricsPort = None) -> None:
    """Ring the timed jobs of all services; two beats, or none for a minute, do no harm."""
    from deploy.local.parts import WORKERS
    from deploy.local.work import ring

    ring(WORKERS, metrics_port=metrics_port)


@app.command()
def migrate(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]", help="Services, or all.")] = None,
) -> None:
    """Bring the databases up to date."""
    from deploy.local.migrate import migrate_all
    from deploy.local.parts import WORKERS, named

    migrate_all(named(names or ["all"], WORKERS))


@app.command()
def simulator(
    host: Host = "127.0.0.1",
    port: Port = 8025,
    smtp_port: Annotated[int, typer.Option(min=1, max=LARGEST_PORT, help="Where mail is taken.")] = 8026,
) -> None:
    """Run the providers, phones and mailboxes of this machine."""
    from deploy.simulator.app import run

    run(host, port, smtp_port)


@app.command()
def secrets(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go, for docker compose: secrets.")],
) -> None:
    """Make every key and password as a file of its own; what is there is kept."""
    from deploy.local.compose_secrets import write_secrets

    names = write_secrets(folder)
    print(f"{len(names)} secrets are in {folder}/, which only you can open. Keep a copy: without them data is lost.")


@app.command()
def contracts() -> None:
    """Write the schemas of all messages, and the documents that follow from them, into this repository."""
    from deploy.local.contracts import write_contracts

    write_contracts()


@app.command(hidden=True)
def prepare(
    data: Path,
    postgres_port: int,
    port: int,
    clock_offset: float,
    simulator_port: Annotated[int | None, typer.Argument()] = None,
) -> None:
    """Make databases, keys and settings; `local` does so at each start."""
    from deploy.local.prepare import prepare

    prepare(data, postgres_port, port=port, simulator_port=simulator_port, clock_offset=clock_offset)


@app.command(hidden=True)
def load_demo() -> None:
    """Bring in the demo forum by the APIs; `local` does so on the first start."""
    from deploy import demo

    demo.load(os.environ)


def moment(text: str | None) -> datetime | None:
    """A time as ISO 8601 has it; one without an offset is UTC."""
    if text is None:
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"--clock {text!r} is not a time. Write it like 2026-11-26T17:30:00+00:00.", code=2) from error
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def main() -> None:
    if "--debug" in sys.argv:
        sys.argv = [word for word in sys.argv if word != "--debug"]
        os.environ[DEBUG] = "1"
    try:
        app()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(refusal.code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        print(unexpected(error), file=sys.stderr)
        sys.exit(1)


def unexpected(error: Exception) -> str:
    """One line for what nobody foresaw; the traceback goes to a file."""
    import traceback

    logs = Path(".data/logs")
    folder = logs if logs.is_dir() else Path(tempfile.gettempdir())
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix="afterhours-", suffix=".log", delete=False) as file:
        traceback.print_exception(error, file=file)
    return f"Something broke that should not have ({type(error).__name__}). The details are in {file.name}."


if __name__ == "__main__":
    main()

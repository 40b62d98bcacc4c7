"""`parked` and `log`: for when something between services needs a person. All of it goes through the APIs."""

from typing import Annotated

import typer

from deploy.local.data_commands import Data

Service = Annotated[str, typer.Argument(metavar="SERVICE", help="As `parked list` shows it.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="As `parked list` shows it.")]

parked = typer.Typer(no_args_is_help=True, help="Messages that were put aside because they kept failing.")
log = typer.Typer(no_args_is_help=True, help="The logs by which services tell each other things.")


def add_to(app: typer.Typer) -> None:
    app.add_typer(parked, name="parked")
    app.add_typer(log, name="log")


@parked.command("list")
def list_parked(data: Data = None) -> None:
    """Show what is parked, and why."""
    from deploy.local.mechanism import list_parked

    list_parked(data)


@parked.command("replay")
def replay_parked(service: Service, parked_id: Id, data: Data = None) -> None:
    """Try one again; it stays parked if it fails again."""
    from deploy.local.mechanism import replay_parked

    replay_parked(data, service, parked_id)


@parked.command("discard")
def discard_parked(service: Service, parked_id: Id, data: Data = None) -> None:
    """Forget one without having applied it."""
    from deploy.local.mechanism import discard_parked

    discard_parked(data, service, parked_id)


@log.command("renew")
def renew_log(
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="Whose database was restored.")], data: Data = None
) -> None:
    """After a restore: begin a new life of a service's log and tell its whole state again."""
    from deploy.local.mechanism import renew_log

    renew_log(data, service)

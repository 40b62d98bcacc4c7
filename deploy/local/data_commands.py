"""What an operator brings in and changes: `import`, `groups`, `occurrences`, all through the APIs; and `draw`."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None, typer.Option(help="The folder of `afterhours local`; otherwise the environment or .data says where.")
]
Occurrence = Annotated[str, typer.Argument(metavar="ID", help="As `occurrences list` shows it.")]

imports = typer.Typer(no_args_is_help=True, help="Bring in members or a programme from a file.")
groups = typer.Typer(no_args_is_help=True, help="The groups there are.")
occurrences = typer.Typer(no_args_is_help=True, help="The dates of a group's activities.")

draws = typer.Typer(no_args_is_help=True, help="The fair draws of places.")


def add_to(app: typer.Typer) -> None:
    app.add_typer(imports, name="import")
    app.add_typer(groups, name="groups")
    app.add_typer(occurrences, name="occurrences")
    app.add_typer(draws, name="draw")


@imports.command("members")
def import_members(
    *,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="Name, phone or email, groups, and what they prefer.")
    ],
    create_groups: Annotated[bool, typer.Option("--create-groups", help="Make groups that are not there yet.")] = False,
    data: Data = None,
) -> None:
    """Bring in members. Rows that cannot be used are written to FILE.refused.csv with the reason."""
    from deploy.local.imports import import_members

    import_members(file, data, create_groups=create_groups)


@imports.command("programme")
def import_programme(
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE.ics", help="As a calendar program exports it.")],
    group: Annotated[str, typer.Option(help="Whose programme it is: the group's short name.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Cancel what was imported before and is missing now.")
    ] = False,
    data: Data = None,
) -> None:
    """Bring in a group's programme; the same file again changes nothing."""
    from deploy.local.imports import import_programme

    import_programme(file, data, group, replace=replace)


@groups.command("add")
def add_group(
    name: Annotated[str, typer.Argument(help="As members know it: Service User Forum.")],
    visibility: Annotated[str, typer.Option(help="open, closed (listed, join by invitation) or hidden.")] = "open",
    slug: Annotated[str | None, typer.Option(help="The short name for addresses and files.")] = None,
    data: Data = None,
) -> None:
    """Make a group."""
    from deploy.local.groups import add_group

    add_group(data, name, visibility, slug)


@groups.command("list")
def list_groups(data: Data = None) -> None:
    """Show the open and closed groups."""
    from deploy.local.groups import list_groups

    list_groups(data)


@occurrences.command("list")
def list_occurrences(
    group: Annotated[str | None, typer.Option(help="Only this group's.")] = None,
    until: Annotated[str | None, typer.Option(metavar="ISO", help="Only those that start before.")] = None,
    data: Data = None,
) -> None:
    """Show what is on."""
    from deploy.local.occurrences import list_occurrences

    list_occurrences(data, group, until)


@occurrences.command("move")
def move_occurrence(
    occurrence: Occurrence,
    to: Annotated[
        str, typer.Option(metavar="LOCAL", help="When it starts, by the clock on its wall: '2026-12-03 19:00'.")
    ],
    until: Annotated[
        str | None, typer.Option(metavar="LOCAL", help="When it ends; else it stays as long as it was.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="Where, if that changes too.")] = None,
    data: Data = None,
) -> None:
    """Move one date; those who are coming are told, and their reminders move with it."""
    from deploy.local.occurrences import move_occurrence

    move_occurrence(data, occurrence, to, until, place)


@occurrences.command("cancel")
def cancel_occurrence(occurrence: Occurrence, data: Data = None) -> None:
    """Cancel one date; those who are coming are told."""
    from deploy.local.occurrences import cancel_occurrence

    cancel_occurrence(data, occurrence)


@draws.command("verify")
def verify_draw(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="The published record of a draw.")],
) -> None:
    """Draw again what was drawn, on this machine alone, and compare."""
    from deploy.local.draws import verify_draw

    verify_draw(file)

"""What an operator does about people: `afterhours members`. All of it goes through the API of members."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None, typer.Option(help="The folder of `afterhours local`; otherwise the environment or .data says where.")
]
Worker = Annotated[str, typer.Argument(metavar="ID", help="As `members workers` shows it.")]
Lead = Annotated[bool, typer.Option("--lead", help="As the safeguarding lead.")]

members = typer.Typer(no_args_is_help=True, help="Workers, and what else an operator does about people.")


def add_to(app: typer.Typer) -> None:
    app.add_typer(members, name="members")


@members.command("erase")
def erase(
    *,
    member: Annotated[str, typer.Argument(metavar="ID", help="The member's id, as the API tells it them at /me.")],
    yes: Annotated[bool, typer.Option("--yes", help="They asked for it, and know that it cannot be undone.")] = False,
    data: Data = None,
) -> None:
    """Erase a member in every service, for good."""
    from deploy.local.erasures import erase

    erase(data, member, confirmed=yes)


@members.command("export")
def export(
    *,
    member: Annotated[str, typer.Argument(metavar="ID", help="The member's id, as the API tells it them at /me.")],
    to: Annotated[Path, typer.Option(metavar="FILE.zip", help="Where it goes. Hand it to them in person.")],
    data: Data = None,
) -> None:
    """Write all that every service holds on a member into one file, to be handed to them."""
    from deploy.local.exports import export

    export(data, member, to)


@members.command("print-cards")
def print_cards(
    *,
    to: Annotated[Path, typer.Option(metavar="FILE.pdf", help="Where the cards go, to be printed.")],
    group: Annotated[str | None, typer.Option(metavar="SLUG", help="For everybody in this group.")] = None,
    name: Annotated[str | None, typer.Option(help="For the one in that group who is called so.")] = None,
    member: Annotated[list[str] | None, typer.Option(metavar="ID", help="For this member; may be repeated.")] = None,
    data: Data = None,
) -> None:
    """Make paper cards that let members in, on sheets of eight. The cards they had stop working."""
    from deploy.local.cards import print_cards

    print_cards(data, to, group=group, name=name, members=member or [])


@members.command("reapply-erasures")
def reapply_erasures(data: Data = None) -> None:
    """After a restore, erase again whoever was erased since the backup was made."""
    from deploy.local.erasures import reapply_erasures

    reapply_erasures(data)


@members.command("sign-everybody-out")
def sign_everybody_out(data: Data = None) -> None:
    """After a restore, end every session, code and personal link. Cards go on letting their members in."""
    from deploy.local.everybody_out import sign_everybody_out

    sign_everybody_out(data)


@members.command("add-worker")
def add_worker(
    *,
    name: Annotated[str, typer.Argument(help="What members call them.")],
    lead: Lead = False,
    data: Data = None,
) -> None:
    """Make a worker, and show the secret with which they enrol a second factor."""
    from deploy.local.workers import add_worker

    add_worker(data, name, lead=lead)


@members.command("rotate-master-key")
def rotate_master_key(
    *,
    file: Annotated[
        Path | None, typer.Option(help="The file of master keys; else MEMBERS_MASTER_KEY_FILE names it.")
    ] = None,
    go_on: Annotated[bool, typer.Option("--go-on", help="Write no new key, but end what was cut short.")] = False,
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="Take the old keys out, once nothing needs them.")
    ] = False,
    data: Data = None,
) -> None:
    """Put a new master key to use while everything runs."""
    from deploy.local.master_key import Rotation

    rotation = Rotation(data, file)
    if drop_old:
        rotation.drop_old()
    elif go_on:
        rotation.go_on()
    else:
        rotation.rotate()


@members.command("verify-audit")
def verify_audit(data: Data = None) -> None:
    """Look whether the audit trail is whole, from its first entry to its last."""
    from deploy.local.audit import verify_audit

    verify_audit(data)


@members.command("workers")
def list_workers(data: Data = None) -> None:
    """Show who works for the programme."""
    from deploy.local.workers import list_workers

    list_workers(data)


@members.command("enrol-again")
def enrol_again(worker: Worker, data: Data = None) -> None:
    """Give a worker who lost their second factor a new secret; they are signed out everywhere."""
    from deploy.local.workers import enrol_again

    enrol_again(data, worker)


@members.command("end-duty")
def end_duty(*, worker: Worker, lead: Lead = False, data: Data = None) -> None:
    """End what somebody does for the programme, and their powers at once."""
    from deploy.local.workers import end_duty

    end_duty(data, worker, lead=lead)


@members.command("rotate-signing-key")
def rotate_signing_key(
    secrets: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the keys are; for docker compose: secrets.")
    ] = Path(".data/secrets"),
) -> None:
    """Take the next of three steps to a new key for members' tokens, while everything runs."""
    from deploy.local.signing_key import rotate_signing_key

    print(rotate_signing_key(secrets))

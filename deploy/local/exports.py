"""All that is held on a member, in one file for them."""

from datetime import UTC, datetime
from pathlib import Path

from deploy.local.ids import known_id
from deploy.local.operator_api import OperatorApi
from deploy.local.private_files import write_private_bytes
from deploy.local.refusal import Refusal
from shared.export import Export
from shared.export_file import EXPORTED, zip_of

SCOPE = "members:export"


def export(data: Path | None, member: str, to: Path) -> None:
    member_id = known_id(member, "a member")
    told = [
        Export.model_validate(OperatorApi(service, data).ask("GET", f"/internal/exports/{member_id}", SCOPE))
        for service in EXPORTED
    ]
    try:
        write_private_bytes(to, zip_of(told, datetime.now(UTC).date()))
    except OSError as error:
        raise Refusal(f"{to} cannot be written: {error.strerror}.") from error
    print(f"{to} holds all there is. Hand it to them in person, and delete it; the audit trail says that you took it.")

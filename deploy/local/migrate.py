"""Bring every database up to date, one after another."""

from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError

from deploy.local.refusal import Refusal
from deploy.local.settings_check import check_login, required
from shared.migrations import DatabaseNewerError, migrate


def migrate_all(names: Sequence[str]) -> None:
    """A database that is newer than the code is refused before anything is changed in it."""
    for name in names:
        variable = f"{name.upper()}_DATABASE_URL"
        url = required(variable)
        check_login(variable)
        try:
            migrate(name, url)
        except DatabaseNewerError as error:
            raise Refusal(str(error)) from error
        except DBAPIError as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise Refusal(f"The {name} database could not be brought up to date: {reason}") from error

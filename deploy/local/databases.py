"""A database and a role for each service, and no way from one to another."""

import secrets
from collections.abc import Iterable, Mapping

import psycopg
from psycopg import sql

from deploy.local.engine import HOST
from deploy.local.postgres import SUPERUSER, Postgres

PASSWORD_REFUSED = "password authentication failed"  # noqa: S105 - what PostgreSQL says, no secret
SHARED = ("postgres", "template1")


def ensure_databases(postgres: Postgres, names: Iterable[str]) -> dict[str, str]:
    """Make what is missing; the URL by which each name's role, and no other, reaches the database of that name."""
    names = tuple(names)
    passwords = dict(postgres.passwords())
    passwords.update({name: secrets.token_urlsafe(24) for name in names if name not in passwords})
    postgres.keep_passwords(passwords)
    try:
        make_databases(postgres.port, names, passwords)
    except psycopg.Error as error:
        if PASSWORD_REFUSED in str(error):
            raise postgres.wrong_passwords() from error
        raise postgres.refusal(str(error)) from error
    return {name: postgres.url(name, name) for name in names}


def make_databases(port: int, names: tuple[str, ...], passwords: Mapping[str, str]) -> None:
    with psycopg.connect(
        host=HOST, port=port, user=SUPERUSER, password=passwords[SUPERUSER], dbname=SUPERUSER, autocommit=True
    ) as connection:
        roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        databases = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        for name in names:
            role, verb = sql.Identifier(name), sql.SQL("ALTER" if name in roles else "CREATE")
            password = sql.Literal(passwords[name])
            connection.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, role, password))
            if name not in databases:
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))
                connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(role))
        for shared in SHARED:
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(shared)))

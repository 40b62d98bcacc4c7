"""What the processes of `afterhours local` are told, and the same for the CLI in a file."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from deploy.local.private_files import write_private
from deploy.local.refusal import Refusal
from deploy.local.secret_folder import SecretFolder
from deploy.local.secret_list import MASTER_KEY, SIGNING, TRUSTED, keys

ENVIRONMENT_FILE = "afterhours.env"
DEFAULT_DATA = Path(".data")
SIMULATED_NUMBER = "+447700900000"
SIMULATED_SENDER = "forum@example.org"
PROVIDER_SETTINGS = ("SMTP_HOST", "TWILIO_ACCOUNT_SID")

PROCESS_SETTINGS = {
    # Fewer memory pools for the threads of a process: less memory at rest, no slower at this size.
    "MALLOC_ARENA_MAX": "2",
    "PYTHONUNBUFFERED": "1",
    # Their error output is a log, where a traceback belongs.
    "AFTERHOURS_DEBUG": "1",
}


def local_environment(
    data: Path,
    *,
    port: int,
    simulator_port: int | None,
    clock_offset: float,
    database_urls: Mapping[str, str],
    broker_url: str,
) -> dict[str, str]:
    """Everything of ours that any process needs; other settings pass through from the caller's environment."""
    public = f"http://127.0.0.1:{port}"
    folder = SecretFolder(data / "secrets")
    secrets = {name.upper(): text for name, text in keys(folder).items()}
    # As files, which may change while everything runs.
    for name in (MASTER_KEY, SIGNING, TRUSTED):
        del secrets[name.upper()]
        secrets[f"{name.upper()}_FILE"] = str((folder.path / name).absolute())
    environment = secrets | {
        "BROKER_URL": broker_url,
        "MEMBERS_ERASURE_LEDGER": str((data / "erasures.ledger").absolute()),
        "PUBLIC_URL": public,
        "SERVICE_URLS": f"{public}/api/{{service}}",
        "CLOCK_OFFSET": str(clock_offset),
    }
    environment |= {f"{name.upper()}_DATABASE_URL": url for name, url in database_urls.items()}
    if simulator_port is not None:
        return environment | simulated_providers(public, simulator_port)
    require_providers()
    # The account that the simulator knows would shadow the operator's own.
    return {name: text for name, text in environment.items() if not name.startswith("TWILIO_")}


def simulated_providers(public: str, simulator_port: int) -> dict[str, str]:
    """All of them, the empty ones too: nothing in the caller's environment may send to real people."""
    return {
        "TWILIO_API_URL": f"http://127.0.0.1:{simulator_port}",
        "SMS_FROM": SIMULATED_NUMBER,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(simulator_port + 1),
        "SMTP_USERNAME": "",
        "SMTP_PASSWORD": "",
        "SMTP_STARTTLS": "false",
        "EMAIL_FROM": SIMULATED_SENDER,
        "SIMULATOR_INBOUND_URL": f"{public}/chat/sms",
    }


def require_providers() -> None:
    if not any(os.environ.get(name) or os.environ.get(f"{name}_FILE") for name in PROVIDER_SETTINGS):
        raise Refusal(
            "--no-simulator needs real providers, and the environment names none. Set SMTP_HOST (and SMTP_PORT, "
            "EMAIL_FROM) for mail or TWILIO_ACCOUNT_SID (and TWILIO_AUTH_TOKEN, SMS_FROM) for texts."
        )


def for_processes(environment: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment with ours over it. The operator's key is for the CLI alone."""
    everything = dict(os.environ) | PROCESS_SETTINGS | dict(environment)
    everything.pop("OPERATOR_SIGNING_KEY", None)
    return everything


def write_environment(data: Path, environment: Mapping[str, str]) -> None:
    lines = [f"{name}={shlex.quote(text)}\n" for name, text in sorted(environment.items())]
    write_private(data / ENVIRONMENT_FILE, "".join(lines))


def read_environment(data: Path) -> dict[str, str]:
    words = shlex.split((data / ENVIRONMENT_FILE).read_text(encoding="utf-8"))
    return dict(word.split("=", 1) for word in words)


def adopt(data: Path | None) -> None:
    """Take what `afterhours local` wrote: in `data` when it is named, else in .data if the environment says nothing."""
    if data is None and os.environ.get("SERVICE_URLS"):
        return
    file = (data or DEFAULT_DATA) / ENVIRONMENT_FILE
    try:
        found = read_environment(data or DEFAULT_DATA)
    except FileNotFoundError as error:
        raise Refusal(
            f"There is no {file}, which says how to reach the services. Start them with `make run`, "
            "name their folder with --data, or set SERVICE_URLS and OPERATOR_SIGNING_KEY."
        ) from error
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}. It belongs to whoever started Afterhours.") from error
    except ValueError as error:
        raise Refusal(f"{file} is damaged. Starting again with `make run` writes it anew.") from error
    os.environ.update(found)

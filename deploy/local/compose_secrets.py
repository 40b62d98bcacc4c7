"""One file per secret for docker compose, which shows each container only its own under /run/secrets."""

import os
from pathlib import Path

from deploy.local.secret_folder import PASSWORD, SecretFolder
from deploy.local.secret_list import DATABASES, keys


def write_secrets(path: Path, *, owner: int | None = None) -> list[str]:
    """Make what is missing and keep what is there; the names of all files.

    Containers read these as the user they run as, so under root `owner` says whose the files should be.
    """
    folder = SecretFolder(path)
    for name, text in keys(folder).items():
        folder.write(name, text)
    folder.keep("postgres_password", PASSWORD)
    for name in DATABASES:
        password = folder.keep(f"{name}_postgres_password", PASSWORD)
        folder.write(f"{name}_database_url", f"postgresql+psycopg://{name}:{password}@postgres:5432/{name}")
    redis = folder.keep("redis_password", PASSWORD)
    folder.write("broker_url", f"redis://:{redis}@redis:6379/0")
    names = sorted(file.name for file in path.iterdir() if not file.name.startswith("."))
    if owner is not None:
        for file in (path, *(path / name for name in names)):
            os.chown(file, owner, owner)
    return names

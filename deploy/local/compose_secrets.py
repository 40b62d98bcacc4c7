"""One file per secret for docker compose, which shows each container only its own under /run/secrets."""

from pathlib import Path

from deploy.local.secret_folder import PASSWORD, SecretFolder
from deploy.local.secret_list import DATABASES, keys

# The folder keeps everybody on this machine out. Inside a container a file is shown without its folder, to whichever
# user that container runs as, so the files themselves are open.
READABLE = 0o644


def write_secrets(path: Path) -> list[str]:
    """Make what is missing and keep what is there; the names of all files."""
    folder = SecretFolder(path, READABLE)
    for name, text in keys(folder).items():
        folder.write(name, text)
    folder.keep("postgres_password", PASSWORD)
    for name in DATABASES:
        password = folder.keep(f"{name}_postgres_password", PASSWORD)
        folder.write(f"{name}_database_url", f"postgresql+psycopg://{name}:{password}@postgres:5432/{name}")
    redis = folder.keep("redis_password", PASSWORD)
    folder.write("broker_url", f"redis://:{redis}@redis:6379/0")
    if not (path / "smtp_password").exists():
        # The simulator asks for none; a real mail server's goes here.
        folder.write("smtp_password", "")
    return sorted(file.name for file in path.iterdir() if not file.name.startswith("."))

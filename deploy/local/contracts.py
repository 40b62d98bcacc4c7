"""`afterhours contracts`: write what is generated from the contracts into the repository it is run in."""

from pathlib import Path

from deploy.local.openapi import documents
from deploy.local.refusal import Refusal
from shared.contracts.documents import asyncapi, flow, schemas

SCHEMAS = Path("tests/contracts/schemas")
API = Path("docs/api")
ASYNCAPI = API / "asyncapi.json"
FLOW = Path("docs/message-flow.md")


def write_contracts() -> None:
    """A snapshot of a kind that is gone stays, until whoever removed the kind removes it too."""
    if not SCHEMAS.is_dir():
        raise Refusal("Run this in the folder of the project: it writes tests/contracts and docs.")
    written = {SCHEMAS / name: text for name, text in schemas().items()} | {ASYNCAPI: asyncapi(), FLOW: flow()}
    written |= {API / name: text for name, text in documents().items()}
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
    print(f"Wrote {len(written)} files: {SCHEMAS}, {API}, {FLOW}.")

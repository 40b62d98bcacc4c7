"""The OpenAPI document of each service: what a front end may ask of it. No settings and no database are needed."""

import json
from importlib import import_module

from shared.settings import CommonSettings
from shared.web import create_app

SERVICES = ("members", "events", "feedback", "notifications")
NO_KEYS = '{"keys": []}'


def documents() -> dict[str, str]:
    """The file of each service: its name, and its content."""
    return {f"{service}.openapi.json": _document(service) for service in SERVICES}


def _document(service: str) -> str:
    routers = import_module(f"services.{service}.routes").ROUTERS
    document = create_app(service, routers, CommonSettings(trusted_keys=NO_KEYS)).openapi()
    # What the services ask of each other is nobody else's to ask; the gateway does not let it through.
    document["paths"] = {path: item for path, item in document["paths"].items() if not path.startswith("/internal")}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

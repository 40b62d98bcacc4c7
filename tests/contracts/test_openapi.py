"""What a front end is told of the APIs: up to date, with an example of everything it may send."""

import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from pydantic import BaseModel

from deploy.local.openapi import documents
from services.members import schemas

DOCS = Path(__file__).parents[2] / "docs" / "api"
MODULES = [import_module(f"{schemas.__name__}.{module.name}") for module in iter_modules(schemas.__path__)]
MODELS = {
    each
    for module in MODULES
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, BaseModel)
}


def bodies(document: dict[str, Any]) -> set[str]:
    """The names of all models that are sent as JSON."""
    found = set()
    for item in document["paths"].values():
        for operation in item.values():
            schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            found |= {each["$ref"].rpartition("/")[2] for each in schema.get("anyOf", [schema]) if "$ref" in each}
    return found


def test_the_documents_are_up_to_date():
    wrong = [name for name, text in documents().items() if (DOCS / name).read_text() != text]
    assert wrong == [], "run `make contracts` and look at what changed"


def test_every_body_that_members_takes_has_an_example():
    document = json.loads(documents()["members.openapi.json"])
    models = document["components"]["schemas"]
    assert [name for name in sorted(bodies(document)) if "example" not in models[name]] == []


@pytest.mark.parametrize("model", sorted(MODELS, key=lambda model: model.__name__), ids=lambda model: model.__name__)
def test_an_example_is_what_it_shows(model: type[BaseModel]):
    extra = model.model_config.get("json_schema_extra")
    if isinstance(extra, dict):
        model.model_validate(extra["example"])

"""The table of who hears what, and the handlers, say the same."""

from importlib import import_module
from pathlib import Path

import pytest

import services
from shared.contracts.message import Message
from shared.contracts.routes import ROUTES

SERVICES = Path(services.__path__[0])
SUBSCRIBERS = sorted(path.parent.name for path in SERVICES.glob("*/handlers.py"))


def all_messages(of: type[Message] = Message) -> set[type[Message]]:
    return {each for sub in of.__subclasses__() for each in ({sub} | all_messages(sub))}


@pytest.mark.parametrize("service", SUBSCRIBERS)
def test_a_service_hears_what_the_table_says(service: str):
    handled = [subscription.message for subscription in import_module(f"services.{service}.handlers").SUBSCRIPTIONS]
    assert len(handled) == len(set(handled))
    assert set(handled) == {message for message, to in ROUTES.items() if service in to}


def test_everyone_in_the_table_has_handlers():
    assert {name for to in ROUTES.values() for name in to} == set(SUBSCRIBERS)


def test_every_contract_goes_somewhere():
    kinds = {m for m in all_messages() if m.__module__.startswith("shared.contracts") and "kind" in vars(m)}
    assert kinds == set(ROUTES)


def test_kinds_are_stable_names_of_their_publisher():
    for message in ROUTES:
        publisher, name, version = message.kind.split(".")
        assert message.__module__ == f"shared.contracts.{publisher}"
        assert name.replace("-", "") == message.__name__.lower()
        assert version.startswith("v")

"""What a yes says beside yes: whom they bring, and whether the others who come may see their name."""

from collections.abc import Mapping
from typing import Any

from services.web.visit import Form

KINDS = {"buddy": "Friends", "carer": "Carers or support workers", "child": "Children"}
SHOW = "show"
DIGITS = 2


def party_in(form: Form) -> dict[str, int] | None:
    """Whom they bring, by kind; None from a form that did not ask."""
    said = {kind: form.get(kind) for kind in KINDS}
    return {kind: _number(many) for kind, many in said.items()} if any(said.values()) else None


def answer_of(answer: str, form: Form, name: str) -> Mapping[str, Any]:
    """What is said with a press on yes or no. The name is shown to nobody who did not tick that it may be."""
    party = party_in(form)
    if answer == "not_going" or party is None:
        return {"answer": answer}
    return {"answer": answer, "others": party, "shown_as": name if form.get(SHOW) else ""}


def typed_in(form: Form) -> dict[str, str]:
    """The same, as it was typed: to be sent once more."""
    return {name: typed for name in (*KINDS, SHOW) if (typed := form.get(name))}


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= DIGITS else 0

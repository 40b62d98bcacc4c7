from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from tests.authz.matrix import ANYTHING, Row

NOBODYS = "-- ......... -x-x"
DRAFT = {"title": "A panel", "closes_at": "2026-12-01T12:00:00Z", "draws_at": "2026-12-02T12:00:00Z"}
Content = Callable[[Mapping[str, Any]], dict[str, Any]]


def asked_of_a_group(route: str, people: str, content: Content = lambda _: {}, *, of_hidden: str | None = None) -> Row:
    """A route to an opportunity that a group let in. Only the worker who runs it goes on with it."""
    listed = dict.fromkeys(("open group", "closed group"), f"-- {people} -x-x")
    hidden = f"-- {of_hidden or people} -x-x"
    return Row(route, listed | {"hidden group": hidden, "nonsense": NOBODYS}, content)


OPPORTUNITIES = [
    Row("GET /opportunities", {ANYTHING: "-- yyyyyyyyy -x-x"}),
    Row("POST /opportunities", {ANYTHING: "-- xxxxxxyyx -x-x"}, lambda _: {"json": DRAFT}),
    asked_of_a_group("GET /opportunities/{opportunity_id}", ".yyyy.y.."),
    asked_of_a_group(
        "PATCH /opportunities/{opportunity_id}", ".xxxx.y..", lambda _: {"json": {"facts": {"prep": str(uuid4())}}}
    ),
    asked_of_a_group("POST /opportunities/{opportunity_id}/publication", ".xxxx.y.."),
    asked_of_a_group("PUT /opportunities/{opportunity_id}/groups/{group_id}", ".xxxy.x..", of_hidden=".xxxy...."),
    asked_of_a_group("GET /opportunities/{opportunity_id}/people", ".xxxx.y.."),
    asked_of_a_group("PUT /opportunities/{opportunity_id}/reply", ".yyyy....", lambda _: {"json": {"reply": "later"}}),
    # Nobody of these has said anything, and nothing is drawn yet.
    asked_of_a_group("GET /opportunities/{opportunity_id}/reply", "........."),
    asked_of_a_group("DELETE /opportunities/{opportunity_id}/reply", ".yyyy...."),
    asked_of_a_group("GET /opportunities/{opportunity_id}/odds", "......y.."),
    asked_of_a_group("POST /opportunities/{opportunity_id}/draw", ".xxxx.c.."),
    asked_of_a_group("GET /opportunities/{opportunity_id}/draw", "........."),
    asked_of_a_group("GET /opportunities/{opportunity_id}/receipt", "........."),
]

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from tests.authz.matrix import ANYTHING, Row

NOBODYS = "-- ......... -x-x"
Content = Callable[[Mapping[str, Any]], dict[str, Any]]


def for_members(route: str, member: str, convenor: str, content: Content = lambda _: {}) -> Row:
    """A route to what is a group's own: for who is no member, in any group, it is not there."""
    theirs = f"-- ..{member}{member}{convenor}.... -x-x"
    groups = dict.fromkeys(("open group", "closed group", "hidden group"), theirs)
    return Row(route, groups | {"nonsense": NOBODYS}, content)


IDEAS = [
    Row("GET /ideas", {ANYTHING: "-- yyyyyyyyy -x-x"}),
    Row(
        "POST /ideas",
        {
            "open group": "-- xxyyyxxxx -x-x",
            "closed group": "-- xxyyyxxxx -x-x",
            "hidden group": "-- .xyyy.... -x-x",
            "nonsense": NOBODYS,
        },
        lambda known: {"json": {"group_id": str(known["group_id"]), "words": "Chess"}},
    ),
    for_members("GET /ideas/{idea_id}", "y", "y"),
    for_members("GET /ideas/{idea_id}/similar", "y", "y"),
    for_members("PUT /ideas/{idea_id}/words", "x", "x", lambda _: {"json": {"words": "Chess"}}),
    for_members("POST /ideas/{idea_id}/posting", "x", "x"),
    for_members("PUT /ideas/{idea_id}/support", "y", "y"),
    for_members("DELETE /ideas/{idea_id}/support", "y", "y"),
    for_members("POST /ideas/{idea_id}/withdrawal", "x", "x", lambda _: {"json": {"ending": "done"}}),
    for_members("POST /ideas/{idea_id}/retirement", "x", "y", lambda _: {"json": {"ending": "done", "why": "Done"}}),
    for_members("PUT /ideas/{idea_id}/activity", ".", ".", lambda _: {"json": {"activity_id": str(uuid4())}}),
]

POLL = {
    "question": "What next?",
    "kind": "pick",
    "options": [{"words": "Chess"}, {"words": "A walk"}],
    "closes_at": "2027-01-01T20:00:00Z",
}

POLLS = [
    Row("GET /polls", {ANYTHING: "-- yyyyyyyyy -x-x"}),
    Row(
        "POST /polls",
        {
            "open group": "-- xxyyyxxxx -x-x",
            "closed group": "-- xxyyyxxxx -x-x",
            "hidden group": "-- .xyyy.... -x-x",
            "nonsense": NOBODYS,
        },
        lambda known: {"json": POLL | {"group_id": str(known["group_id"])}},
    ),
    for_members("GET /polls/{poll_id}", "y", "y"),
    for_members("PUT /polls/{poll_id}/vote", "y", "y", lambda _: {"json": {"choices": [str(uuid4())]}}),
    for_members("POST /polls/{poll_id}/options", "y", "y", lambda _: {"json": {"words": "Swimming"}}),
    for_members("POST /polls/{poll_id}/hiding", "x", "y"),
    for_members("POST /polls/{poll_id}/closing", "x", "y"),
    for_members("POST /polls/{poll_id}/activity", "y", "y", lambda _: {"json": {"option_id": str(uuid4())}}),
]

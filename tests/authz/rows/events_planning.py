from typing import Any

from tests.authz.matrix import Row
from tests.authz.rows.whoever import WHOEVER_BELONGS, WHOEVER_RUNS_IT

# The group's convenors, who hold no scope of the operator's.
ITS_CONVENORS = {
    "open group": "-- xxxxyxxxx -x-x",
    "closed group": "-- xxxxyxxxx -x-x",
    "hidden group": "-- .xxxy.... -x-x",
    "nonsense": "-- ......... -x-x",
}
TOO_EARLY = {thing: answers.replace("y", "c") for thing, answers in WHOEVER_RUNS_IT.items()}


def sending(**body: Any) -> Any:
    """What is sent along."""
    return lambda _: {"json": body}


PLANNING = [
    Row("GET /occurrences/{occurrence_id}/plan", WHOEVER_BELONGS),
    Row("POST /occurrences/{occurrence_id}/plan/lines", WHOEVER_BELONGS, sending(list="kit", words="Two kettles")),
    Row("PATCH /plan-lines/{line_id}", WHOEVER_BELONGS, sending(mine=True)),
    Row("DELETE /plan-lines/{line_id}", WHOEVER_BELONGS),
    Row("GET /occurrences/{occurrence_id}/notes", WHOEVER_BELONGS),
    Row("PUT /occurrences/{occurrence_id}/notes", TOO_EARLY, sending(words="More milk"), scope="programme:write"),
    Row("GET /occurrences/{occurrence_id}/costs", WHOEVER_BELONGS),
    Row("POST /occurrences/{occurrence_id}/costs", WHOEVER_BELONGS, sending(what="Milk", pence=90, give_back=True)),
    Row(
        "PUT /occurrences/{occurrence_id}/costs/budget",
        WHOEVER_RUNS_IT,
        sending(may_cost_pence=3000),
        scope="programme:write",
    ),
    Row("DELETE /costs/{cost_id}", ITS_CONVENORS),
    Row("POST /costs/{cost_id}/given-back", ITS_CONVENORS),
    Row("GET /groups/{group_id}/costs", WHOEVER_BELONGS),
]

from tests.authz.matrix import ANYTHING, Row
from tests.authz.rows.whoever import WHOEVER_BELONGS, WHOEVER_KNOWS_OF_IT, WHOEVER_RUNS_IT, WHOEVER_SEES_IT

ROLES = [
    Row("GET /activities/{activity_id}/roles", WHOEVER_SEES_IT, scope="programme:write"),
    Row(
        "PUT /activities/{activity_id}/roles",
        WHOEVER_RUNS_IT,
        lambda _: {"json": {"roles": [{"kind": "cook", "needed": 2}]}},
        scope="programme:write",
    ),
    Row("GET /occurrences/{occurrence_id}/roles", WHOEVER_SEES_IT, scope="programme:write"),
    Row(
        "PUT /occurrences/{occurrence_id}/roles",
        WHOEVER_RUNS_IT,
        lambda _: {"json": {"roles": [{"kind": "cook", "needed": 2}]}},
        scope="programme:write",
    ),
    Row("PUT /occurrences/{occurrence_id}/roles/mine", WHOEVER_BELONGS, lambda _: {"json": {"kind": "tea"}}),
    Row("DELETE /occurrences/{occurrence_id}/roles/mine", WHOEVER_KNOWS_OF_IT),
    Row("DELETE /occurrences/{occurrence_id}/roles/asked", WHOEVER_KNOWS_OF_IT),
    Row(
        "POST /occurrences/{occurrence_id}/roles/cover",
        {
            "open group": "-- xxxxcxxxx cxxx",
            "closed group": "-- xxxxcxxxx cxxx",
            "hidden group": "-- .xxxc.... cx.x",
            "nonsense": "-- ......... .x.x",
        },
        lambda _: {"json": {"kind": "tea"}},
        scope="programme:write",
    ),
    Row("GET /me/roles", {ANYTHING: "-- yyyyyyyyy -x-x"}),
    Row("PUT /me/roles", {ANYTHING: "-- yyyyyyyyy -x-x"}, lambda _: {"json": {"ask_me_for": ["tea"]}}),
]

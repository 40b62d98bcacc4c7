from tests.authz.matrix import ANYTHING, Row

# No token is asked for, and none opens more.
ANYONE = "yy yyyyyyyyy yyyy"
NOBODY = ".. ......... ...."
WHAT_THEY_MAY_SEE = "y- yyyyyyyyy yxyx"
ALL_MEMBERS = "-- yyyyyyyyy -x-x"

CALENDARS = [
    Row(
        "GET /groups/{slug}/calendar.ics",
        {"open group": ANYONE, "closed group": ANYONE, "hidden group": NOBODY, "nonsense": NOBODY},
    ),
    Row(
        "GET /occurrences/{occurrence_id}/calendar.ics",
        {
            "open group": WHAT_THEY_MAY_SEE,
            "closed group": WHAT_THEY_MAY_SEE,
            "hidden group": ".- .yyyy.... yx.x",
            "nonsense": ".- ......... .x.x",
        },
        scope="programme:write",
    ),
    Row("GET /poster", {ANYTHING: ANYONE}),
    Row(
        "GET /groups/{slug}/poster",
        {"open group": ANYONE, "closed group": ANYONE, "hidden group": NOBODY, "nonsense": NOBODY},
    ),
    Row(
        "GET /groups/{slug}/free-evenings",
        {
            "open group": ALL_MEMBERS,
            "closed group": ALL_MEMBERS,
            "hidden group": "-- .yyyy.... -x-x",
            "nonsense": "-- ......... -x-x",
        },
    ),
    Row("GET /feeds/{token}.ics", {"somebody's feed": ANYONE, "nonsense": NOBODY}),
    Row("GET /me/calendar-feed", {ANYTHING: "-- ......... -x-x"}),
    Row("POST /me/calendar-feed", {ANYTHING: ALL_MEMBERS}, lambda _: {"json": {}}),
    Row("DELETE /me/calendar-feed", {ANYTHING: ALL_MEMBERS}),
]

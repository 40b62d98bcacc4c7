from tests.authz.matrix import ANYTHING, Row
from tests.authz.rows.calendars import CALENDARS
from tests.authz.rows.events_ideas import IDEAS, POLLS
from tests.authz.rows.events_opportunities import OPPORTUNITIES
from tests.authz.rows.events_planning import PLANNING
from tests.authz.rows.events_roles import ROLES
from tests.authz.rows.mechanism import LOG, ONE_SERVICE_ALONE, PARKED
from tests.authz.rows.whoever import WHAT_THEY_MAY_SEE, WHOEVER_BELONGS, WHOEVER_RUNS_IT, WHOEVER_SEES_IT

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"

ACTIVITY = {"title": "Film night", "starts": "2027-01-14T18:30", "ends": "2027-01-14T21:00"}

ROWS = [
    Row(
        "POST /activities",
        WHOEVER_BELONGS,
        lambda known: {"json": ACTIVITY | {"group_id": str(known["group_id"])}},
    ),
    Row(
        "POST /activities/preview",
        WHOEVER_BELONGS,
        lambda known: {"json": ACTIVITY | {"group_id": str(known["group_id"])}},
    ),
    Row(
        "POST /activities/{activity_id}/copies",
        WHOEVER_BELONGS,
        lambda _: {"json": {"starts": "2027-02-04T19:00"}},
    ),
    Row("GET /activities/{activity_id}", WHOEVER_SEES_IT, scope="programme:write"),
    Row(
        "PATCH /activities/{activity_id}",
        WHOEVER_RUNS_IT,
        lambda _: {"json": {"reach": "all", "title": "Quiz"}},
        scope="programme:write",
    ),
    Row(
        "GET /activities/{activity_id}/hosts",
        {
            "open group": "-- yyyyyyyyy yxyx",
            "closed group": "-- yyyyyyyyy yxyx",
            "hidden group": "-- .yyyy.... yx.x",
            "nonsense": "-- ......... .x.x",
        },
        scope="programme:write",
    ),
    Row("PUT /activities/{activity_id}/hosts/{member_id}", WHOEVER_RUNS_IT, scope="programme:write"),
    Row(
        "PUT /activities/{activity_id}/hosting",
        {
            "open group": "-- ccccccccc -x-x",
            "closed group": "-- ccccccccc -x-x",
            "hidden group": "-- .cccc.... -x-x",
            "nonsense": "-- ......... -x-x",
        },
    ),
    Row(
        "DELETE /activities/{activity_id}/hosting",
        {
            "open group": "-- yyyyyyyyy -x-x",
            "closed group": "-- yyyyyyyyy -x-x",
            "hidden group": "-- .yyyy.... -x-x",
            "nonsense": "-- ......... -x-x",
        },
    ),
    Row(
        "GET /occurrences/{occurrence_id}/on-call",
        WHOEVER_RUNS_IT,
        scope="programme:write",
    ),
    Row(
        "PUT /occurrences/{occurrence_id}/on-call/me",
        WHOEVER_BELONGS,
    ),
    Row(
        "DELETE /occurrences/{occurrence_id}/on-call/me",
        {
            "open group": "-- yyyyyyyyy -x-x",
            "closed group": "-- yyyyyyyyy -x-x",
            "hidden group": "-- .yyyy.... -x-x",
            "nonsense": "-- ......... -x-x",
        },
    ),
    Row("GET /groups/{group_id}/closed-dates", WHOEVER_SEES_IT, scope="programme:write"),
    Row(
        "PUT /groups/{group_id}/closed-dates/{day}",
        WHOEVER_RUNS_IT,
        lambda _: {"json": {"why": "The hall is shut."}},
        scope="programme:write",
    ),
    Row("DELETE /groups/{group_id}/closed-dates/{day}", WHOEVER_RUNS_IT, scope="programme:write"),
    Row("DELETE /occurrences/{occurrence_id}/cancellation", WHOEVER_RUNS_IT, scope="programme:write"),
    Row("POST /occurrences/{occurrence_id}/confirmation", WHOEVER_RUNS_IT, scope="programme:write"),
    Row("DELETE /occurrences/{occurrence_id}/confirmation", WHOEVER_RUNS_IT, scope="programme:write"),
    Row("GET /occurrences", {ANYTHING: WHAT_THEY_MAY_SEE}, scope="programme:write"),
    Row(
        "GET /occurrences/{occurrence_id}",
        {
            "open group": WHAT_THEY_MAY_SEE,
            "closed group": WHAT_THEY_MAY_SEE,
            "hidden group": ".- .yyyy.... yx.x",
            "nonsense": ".- ......... .x.x",
        },
        scope="programme:write",
    ),
    Row(
        "PATCH /occurrences/{occurrence_id}",
        {
            "open group": "-- xxxxyxxxx yxxx",
            "closed group": "-- xxxxyxxxx yxxx",
            "hidden group": "-- .xxxy.... yx.x",
            "nonsense": "-- ......... .x.x",
        },
        lambda _: {"json": {"title": "Games night"}},
        scope="programme:write",
    ),
    Row(
        "POST /occurrences/{occurrence_id}/cancellation",
        {
            "open group": "-- xxxxyxxxx yxxx",
            "closed group": "-- xxxxyxxxx yxxx",
            "hidden group": "-- .xxxy.... yx.x",
            "nonsense": "-- ......... .x.x",
        },
        scope="programme:write",
    ),
    Row(
        "PUT /occurrences/{occurrence_id}/rsvp",
        {
            "open group": "-- yyyyyyyyy -x-x",
            "closed group": "-- xyyyyxxxx -x-x",
            "hidden group": "-- .yyyy.... -x-x",
            "nonsense": "-- ......... -x-x",
        },
        lambda _: {"json": {"answer": "going"}},
    ),
    Row(
        "PUT /occurrences/{occurrence_id}/waiting",
        {
            "open group": "-- ccccccccc -x-x",
            "closed group": "-- xccccxxxx -x-x",
            "hidden group": "-- .cccc.... -x-x",
            "nonsense": "-- ......... -x-x",
        },
        lambda _: {"json": {}},
    ),
    Row(
        "DELETE /occurrences/{occurrence_id}/waiting",
        {
            "open group": "-- yyyyyyyyy -x-x",
            "closed group": "-- yyyyyyyyy -x-x",
            "hidden group": "-- .yyyy.... -x-x",
            "nonsense": "-- ......... -x-x",
        },
    ),
    Row(
        "GET /activities/{activity_id}/places",
        {
            "open group": WHAT_THEY_MAY_SEE,
            "closed group": WHAT_THEY_MAY_SEE,
            "hidden group": ".- .yyyy.... yx.x",
            "nonsense": ".- ......... .x.x",
        },
        scope="programme:write",
    ),
    Row(
        "PATCH /activities/{activity_id}/places",
        {
            "open group": "-- xxxxyxxxx yxxx",
            "closed group": "-- xxxxyxxxx yxxx",
            "hidden group": "-- .xxxy.... yx.x",
            "nonsense": "-- ......... .x.x",
        },
        lambda _: {"json": {"most_others": 1}},
        scope="programme:write",
    ),
    Row(
        "GET /occurrences/{occurrence_id}/coming",
        {
            "open group": WHAT_THEY_MAY_SEE,
            "closed group": WHAT_THEY_MAY_SEE,
            "hidden group": ".- .yyyy.... yx.x",
            "nonsense": ".- ......... .x.x",
        },
        scope="programme:write",
    ),
    Row(
        "PUT /occurrences/{occurrence_id}/attendance",
        {
            "open group": "-- xxxxcxxxx cxxx",
            "closed group": "-- xxxxcxxxx cxxx",
            "hidden group": "-- .xxxc.... cx.x",
            "nonsense": "-- ......... .x.x",
        },
        lambda _: {"json": {"came": 7}},
        scope="programme:write",
    ),
    *IDEAS,
    *ROLES,
    *PLANNING,
    *OPPORTUNITIES,
    *POLLS,
    Row("GET /me/visits", {ANYTHING: "-- yyyyyyyyy -x-x"}),
    Row("GET /me/hosting", {ANYTHING: "-- yyyyyyyyy -x-x"}),
    Row("GET /me/rsvps", {ANYTHING: "-- yyyyyyyyy -x-x"}),
    Row(
        "POST /imports/programme",
        {"open group": ONE_SERVICE_ALONE},
        lambda known: {
            "params": {"group": known["slug"]},
            "content": CALENDAR,
            "headers": {"Content-Type": "text/calendar"},
        },
        scope="programme:import",
    ),
    Row("GET /me/export", {ANYTHING: "-- yyyyyyyyy -x-x"}),
    Row("GET /internal/exports/{member_id}", {"somebody": ONE_SERVICE_ALONE}, scope="members:export"),
    *CALENDARS,
    *LOG,
    *PARKED,
]

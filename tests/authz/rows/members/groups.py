from tests.authz.matrix import ANYTHING, Row
from tests.authz.rows.mechanism import ONE_SERVICE_ALONE
from tests.authz.worlds import own

OWN = "-- yyyyyyyyy -x-x"
# A hidden group answers whoever does not belong as an id does that nobody has.
NONSENSE = "-- ......... -x-x"
SEEN = {
    "open group": "y- yyyyyyyyy yxyx",
    "closed group": "y- yyyyyyyyy yxyx",
    "hidden group": ".- .yyyy.... .x.x",
    "nonsense": ".- ......... .x.x",
}
ITS_MEMBERS = {
    "open group": "-- xxyyyxxxx -x-x",
    "closed group": "-- xxyyyxxxx -x-x",
    "hidden group": "-- .xyyy.... -x-x",
    "nonsense": NONSENSE,
}
ITS_CONVENORS = {
    "open group": "-- xxxxyxxxx -x-x",
    "closed group": "-- xxxxyxxxx -x-x",
    "hidden group": "-- .xxxy.... -x-x",
    "nonsense": NONSENSE,
}

ROWS = [
    Row(
        "POST /groups",
        {ANYTHING: ONE_SERVICE_ALONE},
        lambda _: {"json": {"name": "Walkers", "visibility": "open"}},
        scope="groups:write",
    ),
    Row("GET /groups", {ANYTHING: "y- yyyyyyyyy yxyx"}, scope="groups:write"),
    Row("GET /groups/{group_id}", SEEN, scope="groups:write"),
    Row("PATCH /groups/{group_id}", ITS_CONVENORS, lambda _: {"json": {"name": "Walkers"}}),
    Row(
        "POST /groups/{group_id}/members",
        {
            "open group": OWN,
            "closed group": "-- ccyyycccc -x-x",
            "hidden group": "-- .cyyy.... -x-x",
            "nonsense": NONSENSE,
        },
    ),
    Row("GET /groups/{group_id}/members", ITS_MEMBERS),
    Row("GET /groups/{group_id}/log", ITS_MEMBERS),
    # It always works: of a group one is not in, nothing is left to leave, and nothing is told.
    Row("DELETE /me/groups/{group_id}", dict.fromkeys(SEEN, OWN)),
    Row(
        "POST /groups/{group_id}/invitations",
        ITS_CONVENORS | {"open group": ITS_MEMBERS["open group"]},
        lambda _: {"json": {"role": "member"}},
    ),
    # Convenors see all of them, everybody else their own.
    Row("GET /groups/{group_id}/invitations", ITS_MEMBERS),
    Row("DELETE /groups/{group_id}/invitations/{invitation_id}", ITS_MEMBERS),
    Row(
        "POST /invitations/acceptances", {"nonsense": "-- ......... -x-x"}, lambda _: {"json": {"code": "7KX2M-4QZ9C"}}
    ),
    Row(
        "POST /groups/{group_id}/requests",
        {
            "open group": "-- ccyyycccc -x-x",
            "closed group": OWN,
            "hidden group": "-- .yyyy.... -x-x",
            "nonsense": NONSENSE,
        },
    ),
    Row("GET /groups/{group_id}/requests", ITS_CONVENORS),
    Row("POST /groups/{group_id}/requests/{member_id}/answer", ITS_CONVENORS, lambda _: {"json": {"admit": True}}),
    Row("GET /me/requests", {ANYTHING: OWN}),
    Row("DELETE /me/requests/{group_id}", dict.fromkeys(SEEN, OWN)),
    Row(
        "POST /groups/{group_id}/motions",
        ITS_MEMBERS,
        lambda _: {"json": {"kind": "elect", "about_member": str(own("member"))}},
    ),
    Row("GET /groups/{group_id}/motions", ITS_MEMBERS),
    Row("PUT /groups/{group_id}/motions/{motion_id}/vote", ITS_MEMBERS, lambda _: {"json": {"yes": True}}),
]

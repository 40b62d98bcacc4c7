from tests.authz.matrix import ANYTHING, Row
from tests.authz.rows.mechanism import NOTHING_FOR_IT, ONE_SERVICE_ALONE
from tests.authz.rows.members.groups import NONSENSE, OWN

# A member's things are theirs, and for as long as somebody helps them in person, the helper's to change for them.
WHO_HELPS = {"somebody": "-- .......y. -x-x", "nonsense": NONSENSE}
NO_CONSENTS = {"items": []}

ROWS = [
    Row("GET /me", {ANYTHING: OWN}),
    Row("PATCH /me", {ANYTHING: OWN}, lambda _: {"json": {"name": "Member 7"}}),
    Row("DELETE /me", {ANYTHING: OWN}),
    Row("PUT /me/experience", {ANYTHING: OWN}, lambda _: {"json": {"experience": "past"}}),
    Row("DELETE /me/experience", {ANYTHING: OWN}),
    Row("GET /me/choices", {ANYTHING: OWN}),
    Row("PATCH /me/choices", {ANYTHING: OWN}, lambda _: {"json": {"asks_a_month": 0}}),
    Row("GET /me/consents", {ANYTHING: OWN}),
    Row("PUT /me/consents", {ANYTHING: OWN}, lambda _: {"json": NO_CONSENTS}),
    Row("GET /members/{member_id}/choices", WHO_HELPS),
    Row("PATCH /members/{member_id}/choices", WHO_HELPS, lambda _: {"json": {"asks_a_month": 0}}),
    Row("GET /members/{member_id}/consents", WHO_HELPS),
    Row("PUT /members/{member_id}/consents", WHO_HELPS, lambda _: {"json": NO_CONSENTS}),
    Row("GET /me/needs", {ANYTHING: OWN}),
    Row("PUT /me/needs", {ANYTHING: OWN}, lambda _: {"json": {"items": []}}),
    # Those that a member lets the convenors of their groups read.
    Row("GET /members/{member_id}/needs", WHO_HELPS | {"somebody": "-- ....y..y. -x-x"}),
    Row("PUT /members/{member_id}/needs", WHO_HELPS, lambda _: {"json": {"items": []}}),
    Row("GET /me/export", {ANYTHING: OWN}),
    Row("GET /internal/exports/{member_id}", {"somebody": ONE_SERVICE_ALONE}, scope="members:export"),
    Row("GET /me/helpers", {ANYTHING: OWN}),
    Row("POST /helping", {"nonsense": "-- xxxx.x..x -x-x"}, lambda _: {"json": {"card": "x"}}),
    Row("DELETE /helping/{helping_id}", {"nonsense": NONSENSE}),
    # A card that is nobody's; it needs a sign-in of the last minutes, as those of the matrix are.
    Row("POST /me/merges", {"nonsense": NONSENSE}, lambda _: {"json": {"card": "x"}}),
    # Nobody is helping two at once here, and a stranger is told what they would be told of nonsense.
    Row(
        "POST /merges",
        {"somebody": NONSENSE},
        lambda known: {"json": {"keep_id": str(known["member_id"]), "gone_id": str(known["another"])}},
    ),
    Row("POST /merges/{merge_id}/confirmations", {"nonsense": NONSENSE}),
    Row("POST /members", {ANYTHING: "-- xxxxyxyyx -x-x"}, lambda _: {"json": {"name": "Member 8"}}),
    Row("GET /wordings/{version}", {"nonsense": ".. ......... ...."}),
    Row(
        "POST /imports/members",
        {ANYTHING: ONE_SERVICE_ALONE},
        lambda _: {"content": b"name,phone\nMember 7,+447700900007\n", "headers": {"Content-Type": "text/csv"}},
        scope="members:import",
    ),
    Row(
        "POST /workers", {ANYTHING: ONE_SERVICE_ALONE}, lambda _: {"json": {"name": "Worker 1"}}, scope="workers:write"
    ),
    Row("GET /workers", {ANYTHING: ONE_SERVICE_ALONE}, scope="workers:write"),
    Row("POST /workers/{member_id}/enrolments", {"nonsense": NOTHING_FOR_IT}, scope="workers:write"),
    Row("DELETE /workers/{member_id}/duties/{duty}", {"nonsense": ONE_SERVICE_ALONE}, scope="workers:write"),
    Row(
        "POST /erasures",
        {"nonsense": NOTHING_FOR_IT},
        lambda known: {"json": {"member_id": known["member_id"]}},
        scope="members:erase",
    ),
    Row("POST /erasures/reapplications", {ANYTHING: ONE_SERVICE_ALONE}, scope="members:erase"),
    # Whoever was erased has no token any more; the id of the erasure is known to who asked for it.
    Row("GET /erasures/{erasure_id}", {"nonsense": ".. ......... ...."}, scope="members:erase"),
]

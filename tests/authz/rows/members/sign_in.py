from tests.authz.matrix import ANYTHING, Row
from tests.authz.rows.members.groups import OWN
from tests.authz.rows.members.people import WHO_HELPS

# Whoever asks is told the same: that what they show does not let anybody in.
NO_WAY_IN = "-- --------- ----"
ANYBODY = "yy yyyyyyyyy yyyy"

ROWS = [
    Row(
        "POST /challenges",
        {ANYTHING: "y- yyyyyyyyy yxyx"},
        lambda _: {"json": {"channel": "sms", "address": "+447700900007"}},
    ),
    Row("POST /sessions", {"nonsense": "-- --------- -x-x"}, lambda _: {"json": {"link": "x" * 40}}),
    Row("DELETE /sessions", {"nonsense": ANYBODY}, lambda _: {"json": {"session": "x"}}),
    Row("POST /sessions/enrolment", {"nonsense": NO_WAY_IN}, lambda _: {"json": {"secret": "x"}}),
    Row("POST /tokens", {"nonsense": NO_WAY_IN}, lambda _: {"json": {"session": "x"}}),
    Row("GET /.well-known/jwks.json", {ANYTHING: ANYBODY}),
    Row("GET /me/sessions", {ANYTHING: OWN}),
    Row("DELETE /me/sessions", {ANYTHING: OWN}),
    Row("DELETE /me/sessions/{session_id}", {"nonsense": OWN}),
    Row("POST /me/sign-in-links", {ANYTHING: OWN}),
    Row("GET /me/cards", {ANYTHING: OWN}),
    Row("POST /me/cards", {ANYTHING: OWN}),
    Row("DELETE /me/cards", {ANYTHING: OWN}),
    Row("POST /members/{member_id}/cards", WHO_HELPS),
]

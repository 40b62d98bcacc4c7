from uuid import uuid4

from tests.authz.matrix import ANYTHING, Row
from tests.authz.rows.mechanism import LOG, ONE_SERVICE_ALONE, PARKED

OWN = "-- yyyyyyyyy -x-x"
# Whoever asks is told the same: that a link, a code or a session does not work.
NO_WAY_IN = "-- --------- ----"

ROWS = [
    Row(
        "POST /groups",
        {ANYTHING: ONE_SERVICE_ALONE},
        lambda _: {"json": {"name": "Walkers", "visibility": "open"}},
        scope="groups:write",
    ),
    Row("GET /groups", {ANYTHING: "y- yyyyyyyyy yxyx"}, scope="groups:write"),
    Row(
        "POST /imports/members",
        {ANYTHING: ONE_SERVICE_ALONE},
        lambda _: {"content": b"name,phone\nMember 7,+447700900007\n", "headers": {"Content-Type": "text/csv"}},
        scope="members:import",
    ),
    Row("POST /sessions", {"nonsense": NO_WAY_IN}, lambda _: {"json": {"link": "x" * 40}}),
    Row("DELETE /sessions", {"nonsense": "yy yyyyyyyyy yyyy"}, lambda _: {"json": {"session": "x"}}),
    Row("POST /tokens", {"nonsense": NO_WAY_IN}, lambda _: {"json": {"session": "x"}}),
    Row("GET /me", {ANYTHING: OWN}),
    Row("GET /.well-known/jwks.json", {ANYTHING: "yy yyyyyyyyy yyyy"}),
    Row(
        "POST /internal/addresses/resolve",
        {ANYTHING: ONE_SERVICE_ALONE},
        lambda _: {"json": {"reason": "a reminder", "items": [{"member_id": str(uuid4()), "channel": "sms"}]}},
        scope="vault:resolve",
        issuer="notifications",
    ),
    Row(
        "POST /internal/addresses/identify",
        {ANYTHING: ONE_SERVICE_ALONE},
        lambda _: {"json": {"channel": "sms", "address": "+447700900007"}},
        scope="vault:identify",
        issuer="chat",
    ),
    *LOG,
    *PARKED,
]

from tests.authz.matrix import ANYTHING, Row
from tests.authz.rows.mechanism import LOG, ONE_SERVICE_ALONE, PARKED

ADDRESS = {"channel": "sms", "index": "0" * 64}

ROWS = [
    Row("POST /stops", {ANYTHING: ONE_SERVICE_ALONE}, lambda _: {"json": ADDRESS}, scope="stops:write", issuer="chat"),
    Row("POST /starts", {ANYTHING: ONE_SERVICE_ALONE}, lambda _: {"json": ADDRESS}, scope="stops:write", issuer="chat"),
    Row("GET /me/questions", {ANYTHING: "-- yyyyyyyyy -x-x"}),
    Row("GET /me/notifications", {ANYTHING: "-- yyyyyyyyy -x-x"}),
    # The provider signs what it sends; a token is nothing to it.
    Row("POST /receipts/sms", {ANYTHING: "xx xxxxxxxxx xxxx"}),
    Row("GET /me/export", {ANYTHING: "-- yyyyyyyyy -x-x"}),
    Row("GET /internal/exports/{member_id}", {"somebody": ONE_SERVICE_ALONE}, scope="members:export"),
    *LOG,
    *PARKED,
]

"""The routes that every service with a log has."""

from uuid import uuid4

from tests.authz.matrix import ANYTHING, Row

#                 who, people, services: see callers.COLUMNS
ONE_SERVICE_ALONE = "-- xxxxxxxxx yxxx"
NOTHING_FOR_IT = "-- xxxxxxxxx .xxx"

LOG = [
    Row(
        "GET /internal/messages",
        {ANYTHING: "-- xxxxxxxxx yxyx"},
        lambda _: {"params": {"subscriber": "operator", "after": 0}},
        scope="messages:read",
    ),
    Row(
        "POST /internal/messages/renewals",
        {ANYTHING: "-- xxxxxxxxx yxxx"},
        lambda _: {"json": {"epoch": str(uuid4())}},
    ),
]
PARKED = [
    Row("GET /internal/parked", {ANYTHING: ONE_SERVICE_ALONE}, scope="parked:manage"),
    Row("POST /internal/parked/{parked_id}/replay", {ANYTHING: NOTHING_FOR_IT}, scope="parked:manage"),
    Row("DELETE /internal/parked/{parked_id}", {ANYTHING: NOTHING_FOR_IT}, scope="parked:manage"),
]

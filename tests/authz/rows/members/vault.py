from uuid import uuid4

from tests.authz.matrix import ANYTHING, Row
from tests.authz.rows.mechanism import ONE_SERVICE_ALONE
from tests.authz.rows.members.groups import OWN
from tests.authz.rows.members.people import WHO_HELPS
from tests.members.devices import subscription

ROWS = [
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
    Row(
        "POST /internal/addresses/telegram",
        {ANYTHING: ONE_SERVICE_ALONE},
        lambda _: {"json": {"start": "x", "chat": "1"}},
        scope="vault:claim",
        issuer="chat",
    ),
    Row("GET /me/addresses", {ANYTHING: OWN}),
    Row("POST /me/addresses/telegram", {ANYTHING: OWN}),
    Row("POST /me/addresses/push", {ANYTHING: OWN}, lambda _: {"json": subscription()}),
    Row("POST /me/addresses", {ANYTHING: OWN}, lambda _: {"json": {"channel": "sms", "address": "+447700900007"}}),
    Row(
        "POST /me/addresses/confirmations",
        {"nonsense": OWN},
        lambda _: {"json": {"challenge": str(uuid4()), "browser": "x", "code": "000000"}},
    ),
    # The code that came for somebody new, typed by who helps them: here it is a wrong one.
    Row(
        "POST /members/{member_id}/addresses/confirmations",
        WHO_HELPS,
        lambda _: {"json": {"challenge": str(uuid4()), "browser": "x", "code": "000000"}},
    ),
    Row("DELETE /me/addresses/{address_id}", {"nonsense": OWN}),
    Row("GET /me/audit", {ANYTHING: OWN}),
    Row("POST /internal/audit/verifications", {ANYTHING: ONE_SERVICE_ALONE}, scope="audit:verify"),
    Row(
        "POST /internal/keys/rewraps",
        {ANYTHING: ONE_SERVICE_ALONE},
        lambda _: {"json": {"limit": 1}},
        scope="vault:rotate",
    ),
]

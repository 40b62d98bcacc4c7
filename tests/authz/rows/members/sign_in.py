from uuid import uuid4

from tests.authz.matrix import ANYTHING, Row
from tests.authz.rows.mechanism import NOTHING_FOR_IT, ONE_SERVICE_ALONE
from tests.authz.rows.members.groups import OWN
from tests.authz.rows.members.people import WHO_HELPS

# Whoever asks is told the same: that what they show does not let anybody in.
NO_WAY_IN = "-- --------- ----"
PASSKEY = {"ceremony": str(uuid4()), "credential": {}}
# A card from somebody else's hand is enough, but for a worker; whoever showed a second factor needs none.
MAY_ENROL = "-- yyyyyxyyy -x-x"
NOT_ENROLLED = "-- -----x--- -x-x"
NOT_SHOWN = "-- --------- -x-x"
ANYBODY = "yy yyyyyyyyy yyyy"

ROWS = [
    Row(
        "POST /challenges",
        {ANYTHING: "y- yyyyyyyyy yxyx"},
        lambda _: {"json": {"channel": "sms", "address": "+447700900007"}},
    ),
    Row("POST /sessions", {"nonsense": "-- --------- -x-x"}, lambda _: {"json": {"link": "x" * 40}}),
    Row("DELETE /sessions", {"nonsense": ANYBODY}, lambda _: {"json": {"session": "x"}}),
    Row("POST /sessions/ends", {ANYTHING: ONE_SERVICE_ALONE}, scope="members:sign-out"),
    Row("POST /sessions/enrolment", {"nonsense": NO_WAY_IN}, lambda _: {"json": {"secret": "x"}}),
    Row("POST /tokens", {"nonsense": NO_WAY_IN}, lambda _: {"json": {"session": "x"}}),
    Row("GET /.well-known/jwks.json", {ANYTHING: ANYBODY}),
    Row("GET /me/sessions", {ANYTHING: OWN}),
    Row("DELETE /me/sessions", {ANYTHING: OWN}),
    Row("DELETE /me/sessions/{session_id}", {"nonsense": OWN}),
    # For chat, whose tokens are of no session.
    Row("POST /me/sign-in-links", {ANYTHING: "-- xxxxxxxxx -x-x"}),
    Row("GET /me/cards", {ANYTHING: OWN}),
    Row("POST /me/cards", {ANYTHING: OWN}),
    Row("DELETE /me/cards", {ANYTHING: OWN}),
    Row("POST /members/{member_id}/cards", WHO_HELPS),
    Row(
        "POST /cards",
        {"somebody": ONE_SERVICE_ALONE, "nonsense": NOTHING_FOR_IT},
        lambda known: {"json": {"member_ids": [str(known["member_id"])]}},
        scope="cards:issue",
    ),
    # A passkey or digits are shown within a session, and make it strong; a first one is enrolled with a card in hand.
    Row("GET /me/second-factors", {ANYTHING: OWN}),
    Row("POST /me/passkeys/options", {ANYTHING: MAY_ENROL}),
    Row("POST /me/passkeys", {"nonsense": NOT_ENROLLED}, lambda _: {"json": PASSKEY}),
    Row("DELETE /me/passkeys/{passkey_id}", {"nonsense": "-- xxxx.x... -x-x"}),
    Row("POST /me/authenticator", {ANYTHING: MAY_ENROL}),
    Row("PUT /me/authenticator", {"nonsense": NOT_ENROLLED}, lambda _: {"json": {"digits": "000000"}}),
    Row("DELETE /me/authenticator", {ANYTHING: "-- xxxxyxyyy -x-x"}),
    Row("POST /sessions/strength/passkey/options", {ANYTHING: OWN}),
    Row("POST /sessions/strength/passkey", {"nonsense": NOT_SHOWN}, lambda _: {"json": PASSKEY}),
    Row("POST /sessions/strength/authenticator", {"nonsense": NOT_SHOWN}, lambda _: {"json": {"digits": "000000"}}),
    Row("POST /sessions/passkey/options", {ANYTHING: ANYBODY}),
    Row("POST /sessions/passkey", {"nonsense": NO_WAY_IN}, lambda _: {"json": PASSKEY}),
]

from tests.authz.matrix import ANYTHING, Row
from tests.authz.rows.mechanism import LOG

ROWS = [
    # A remark takes no token and looks at none.
    Row("POST /remarks", {ANYTHING: "yy yyyyyyyyy yyyy"}, lambda _: {"json": {"text": "The tea was cold."}}),
    Row("POST /remarks/lookup", {"nonsense": ".. ......... ...."}, lambda _: {"json": {"receipt": "0" * 16}}),
    *LOG,
]

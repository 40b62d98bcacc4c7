from tests.authz.rows.mechanism import LOG, PARKED
from tests.authz.rows.members import groups, people, sign_in, vault

ROWS = [*groups.ROWS, *people.ROWS, *sign_in.ROWS, *vault.ROWS, *LOG, *PARKED]

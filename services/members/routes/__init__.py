"""HTTP in, one use case, HTTP out."""

from services.members.routes.addresses import addresses
from services.members.routes.audit import audit
from services.members.routes.groups import groups
from services.members.routes.imports import imports
from services.members.routes.me import me
from services.members.routes.sign_in import sign_in
from services.members.routes.workers import enrolments, workers

ROUTERS = [groups, imports, sign_in, me, workers, enrolments, addresses, audit]

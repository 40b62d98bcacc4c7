"""HTTP in, one use case, HTTP out."""

from services.members.routes.addresses import addresses
from services.members.routes.audit import audit
from services.members.routes.groups import groups
from services.members.routes.imports import imports
from services.members.routes.sign_in import sign_in

ROUTERS = [groups, imports, sign_in, addresses, audit]

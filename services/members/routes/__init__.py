"""HTTP in, one use case, HTTP out."""

from services.members.routes.addresses import addresses
from services.members.routes.audit import audit
from services.members.routes.cards import cards
from services.members.routes.choices import choices_of_a_member, my_choices, wordings
from services.members.routes.erasure import erasure
from services.members.routes.export import export
from services.members.routes.groups import groups, my_groups
from services.members.routes.helping import helping
from services.members.routes.imports import imports
from services.members.routes.invitations import acceptances, invitations
from services.members.routes.join_requests import join_requests, my_requests
from services.members.routes.keys import keys
from services.members.routes.me import me
from services.members.routes.merges import merges
from services.members.routes.motions import motions
from services.members.routes.my_addresses import addresses_of_a_member, my_addresses
from services.members.routes.needs import my_needs, needs_of_a_member
from services.members.routes.second_factors import second_factors
from services.members.routes.sessions import everybody, sessions
from services.members.routes.sign_in import sign_in
from services.members.routes.workers import enrolments, workers

ROUTERS = [
    groups,
    my_groups,
    invitations,
    acceptances,
    join_requests,
    my_requests,
    motions,
    imports,
    sign_in,
    sessions,
    everybody,
    cards,
    second_factors,
    helping,
    merges,
    me,
    workers,
    enrolments,
    addresses,
    audit,
    my_choices,
    my_needs,
    needs_of_a_member,
    choices_of_a_member,
    wordings,
    keys,
    erasure,
    my_addresses,
    addresses_of_a_member,
    export,
]

"""HTTP in, one use case, HTTP out."""

from services.events.routes.activities import activities
from services.events.routes.attendance import attendance
from services.events.routes.calendar_feeds import calendar_feeds
from services.events.routes.closed_dates import closed_dates
from services.events.routes.costs import costs
from services.events.routes.hosts import hosted, hosts
from services.events.routes.ideas import ideas
from services.events.routes.imports import imports
from services.events.routes.occurrences import occurrences
from services.events.routes.on_call import on_call
from services.events.routes.opportunities import opportunities
from services.events.routes.place_rules import place_rules
from services.events.routes.planning import planning
from services.events.routes.polls import polls
from services.events.routes.posters import posters
from services.events.routes.roles import roles
from services.events.routes.rsvps import rsvps
from services.events.use_cases.export import export_member
from shared.web.exports import export_routes

ROUTERS = [
    activities,
    closed_dates,
    hosts,
    hosted,
    place_rules,
    occurrences,
    on_call,
    opportunities,
    rsvps,
    roles,
    planning,
    costs,
    attendance,
    calendar_feeds,
    ideas,
    posters,
    polls,
    imports,
    export_routes(export_member),
]

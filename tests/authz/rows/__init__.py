"""What every caller may do: one module a service, one row a route."""

from tests.authz.rows import events, feedback, members, notifications

ROWS = {
    "members": members.ROWS,
    "events": events.ROWS,
    "feedback": feedback.ROWS,
    "notifications": notifications.ROWS,
}

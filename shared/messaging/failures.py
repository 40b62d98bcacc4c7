"""Whose fault a failure is: the message's, which is then counted, or the moment's, which passes."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# SQLSTATE classes: connection lost, deadlock or serialization failure, no more resources, system error.
PASSING_CLASSES = frozenset({"08", "40", "53", "58"})
# A lock not to be had, a server that shuts down or starts, a session that it ended.
PASSING = frozenset({"55P03", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04"})


def is_passing(error: BaseException) -> bool:
    """Whether the database was away or busy. What it says about the message itself is no passing trouble."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return state[:2] in PASSING_CLASSES or state in PASSING

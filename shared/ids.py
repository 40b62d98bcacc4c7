"""Ids: UUIDv7 (RFC 9562), so that rows made together lie together in an index."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new id, ordered by the time it was made.

    Never use it for what must not be traced to a time (a remark, a ballot): those take `uuid4`.
    """
    return uuid7()

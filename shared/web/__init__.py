"""HTTP, the same in every service: one transaction a request, problem documents, ids, pages, health."""

from shared.pages import Page, page_of
from shared.web.app import create_app
from shared.web.callers import CurrentCaller, MemberCaller, Now, requires
from shared.web.transaction import InTransaction, router
from shared.web.versions import IfMatch, tag, versions_in

__all__ = [
    "CurrentCaller",
    "IfMatch",
    "InTransaction",
    "MemberCaller",
    "Now",
    "Page",
    "create_app",
    "page_of",
    "requires",
    "router",
    "tag",
    "versions_in",
]

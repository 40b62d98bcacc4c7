"""HTTP, the same in every service: one transaction a request, problem documents, ids, pages, health."""

from shared.pages import Page, page_of
from shared.web.app import create_app
from shared.web.callers import CurrentCaller, MemberCaller, Now, requires
from shared.web.transaction import InTransaction, router

__all__ = [
    "CurrentCaller",
    "InTransaction",
    "MemberCaller",
    "Now",
    "Page",
    "create_app",
    "page_of",
    "requires",
    "router",
]

"""One module for each thing that people come here to do."""

from services.web.pages import choices, come_in, devices, export, hello, leave, occurrence, say, static, whats_on

PAGES = (
    whats_on.pages,
    occurrence.pages,
    hello.pages,
    choices.pages,
    come_in.pages,
    devices.pages,
    export.pages,
    leave.pages,
    say.pages,
    static.pages,
)

__all__ = ["PAGES"]

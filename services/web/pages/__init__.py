"""One module for each thing that people come here to do."""

from services.web.pages import (
    authenticator,
    begin_work,
    choices,
    come_in,
    devices,
    export,
    hello,
    keys,
    leave,
    occurrence,
    passkeys,
    say,
    static,
    whats_on,
)

PAGES = (
    whats_on.pages,
    occurrence.pages,
    hello.pages,
    authenticator.pages,
    begin_work.pages,
    choices.pages,
    come_in.pages,
    devices.pages,
    export.pages,
    keys.pages,
    leave.pages,
    passkeys.pages,
    say.pages,
    static.pages,
)

__all__ = ["PAGES"]

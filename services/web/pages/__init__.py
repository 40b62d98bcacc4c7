"""One module for each thing that people come here to do."""

from services.web.pages import (
    addresses,
    authenticator,
    begin_work,
    cards,
    choices,
    come_in,
    devices,
    end,
    export,
    hello,
    keys,
    leave,
    looked,
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
    addresses.pages,
    authenticator.pages,
    begin_work.pages,
    cards.pages,
    choices.pages,
    come_in.pages,
    devices.pages,
    end.pages,
    export.pages,
    keys.pages,
    leave.pages,
    looked.pages,
    passkeys.pages,
    say.pages,
    static.pages,
)

__all__ = ["PAGES"]

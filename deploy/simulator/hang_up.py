"""An answer that never comes: the connection is closed instead, as when a server dies after doing its work."""

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

EXTENSION = "afterhours.hang_up"


class HangUpProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which also lets an answer close the connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {EXTENSION: {"close": self.transport.close}}


class HangUp(Response):
    """Closes the connection without a word. On a server that cannot, the answer is an empty 500."""

    def __init__(self) -> None:
        super().__init__(status_code=500)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        extension = scope.get("extensions", {}).get(EXTENSION)
        if extension is None:
            await super().__call__(scope, receive, send)
            return
        extension["close"]()
        # The server is content with no answer only once it has seen that nobody is there to hear one.
        while (await receive())["type"] != "http.disconnect":
            pass

"""What every answer tells the browser, and what no browser should send."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NO_STORE = "private, no-store"

NO_SCRIPT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# For the pages that read what stands after the #, and the one that asks the device for a passkey.
WITH_SCRIPT = f"{NO_SCRIPT}; script-src 'self'"

SAFE_HEADERS = {
    # Hardly a page holds a script, so none may run; nothing comes from another host.
    "Content-Security-Policy": NO_SCRIPT,
    # A personal link stands in an address, which must not travel on.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}


def make_safe(headers: MutableHeaders) -> None:
    """Add what every answer tells, unless it says so itself; who says nothing about keeping is kept by nobody."""
    for name, value in SAFE_HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", NO_STORE)


class SafeHeaders:
    """Plain ASGI around the whole app. It also answers HEAD, which is GET without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                make_safe(MutableHeaders(scope=message))
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"} if head else scope, receive, send_safely)

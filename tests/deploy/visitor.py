"""A member with a phone and a browser, who knows nothing but what they were sent."""

import re
from html import unescape

import httpx2

from tests.deploy.stack import Stack, until

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
LINK = re.compile(r"http://\S+/h/\S+")


class Visitor:
    """Opens pages and presses buttons, as somebody does who reads."""

    def __init__(self, stack: Stack, phone: str) -> None:
        self._stack = stack
        self.phone = phone
        self._browser = httpx2.Client(base_url=stack.public, follow_redirects=True, timeout=20)

    def close(self) -> None:
        self._browser.close()

    def texts(self) -> list[str]:
        return self._stack.sent_to(self.phone)

    def told(self, words: str) -> str:
        """The text with these words in it, once it is there."""
        return until(lambda: next((text for text in self.texts() if words in text), ""))

    def open(self, path: str) -> str:
        return unescape(self._browser.get(path).raise_for_status().text)

    def press(self, path: str, button: str, value: str) -> str:
        """Open a page, press a button of its form; the page that follows."""
        form = dict(HIDDEN.findall(self._browser.get(path).raise_for_status().text)) | {button: value}
        return unescape(self._browser.post(path, data=form).raise_for_status().text)

    def ask_for_code(self, address: str, headers: dict[str, str]) -> None:
        """With the form on the page where people come in."""
        form = dict(HIDDEN.findall(self._browser.get("/in").raise_for_status().text)) | {"address": address}
        self._browser.post("/in/code", data=form, headers=headers).raise_for_status()

    def sign_in(self) -> None:
        """With the link in the first text."""
        found = LINK.search(self.told("/h/"))
        assert found
        assert found[0].startswith(self._stack.public)
        self.press(found[0].removeprefix(self._stack.public), "own", "yes")

    def path_of(self, title: str) -> str:
        """Where the evening with that title is shown."""
        found = re.search(rf'href="(/occurrences/[^"]+)">{re.escape(title)}<', self.open("/"))
        assert found, f"{title} is not shown"
        return found[1]

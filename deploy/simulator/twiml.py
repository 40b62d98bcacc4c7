"""The replies in a webhook's answer, read as strictly as Twilio reads them."""

from pyexpat import ExpatError, ParserCreate


class NotTwiml(ValueError):
    """The answer is not a TwiML document; nothing in it is delivered."""


def replies(answer: str, content_type: str) -> list[str]:
    """The texts an answer asks to send, in order. Plain text is one reply; no text is none."""
    if not answer.strip():
        return []
    if content_type.split(";", maxsplit=1)[0].strip().lower() == "text/plain":
        return [answer]
    return _Reader().read(answer)


class _Reader:
    def __init__(self) -> None:
        self._path: list[str] = []
        self._words: list[str] = []
        self._found: list[str] = []

    def read(self, answer: str) -> list[str]:
        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(answer.encode(), True)
        except ExpatError as error:
            raise NotTwiml(f"The answer is not well-formed XML: {error}") from error
        return self._found

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if not self._path and name != "Response":
            raise NotTwiml(f"The answer begins with <{name}>, not with <Response>.")
        self._path.append(name)
        if self._path == ["Response", "Message"]:
            self._words = []

    def _end(self, _name: str) -> None:
        if self._path == ["Response", "Message"] and (words := "".join(self._words).strip()):
            self._found.append(words)
        self._path.pop()

    def _text(self, words: str) -> None:
        if self._path in (["Response", "Message"], ["Response", "Message", "Body"]):
            self._words.append(words)

    def _refuse(self, *_declaration: object) -> None:
        # A document type could define entities that grow without bound; TwiML has no use for one.
        raise NotTwiml("The answer declares a document type, which TwiML does not have.")

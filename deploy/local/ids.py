from uuid import UUID

from deploy.local.refusal import Refusal


def known_id(text: str, of: str, hint: str = "") -> UUID:
    """An id that was typed; `of` says whose, and `hint` where such ids are shown."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Refusal(" ".join(filter(None, (f"{text!r} is not the id of {of}.", hint))), code=2) from error

"""Files that an operator hands in: looked at before anything is sent."""

from pathlib import Path

from deploy.local.refusal import Refusal

MEGABYTE = 1024 * 1024
LARGEST = 5 * MEGABYTE
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_input(path: Path, what: str) -> bytes:
    """The bytes of a text file; `what` says what it should have been."""
    if path.is_dir():
        raise Refusal(f"{path} is a folder. Name {what}.")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise Refusal(
                f"{path} has {size / MEGABYTE:.1f} MB, and at most {LARGEST // MEGABYTE} MB are read. "
                "Split it, or export a shorter time."
            )
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise Refusal(f"There is no file {path}. Name {what}.") from error
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.") from error
    if not content.strip():
        raise Refusal(f"{path} is empty. Name {what}.")
    # UTF-16, as some spreadsheets write it, has zero bytes too, but says so at its beginning.
    if b"\0" in content and not content.startswith(BYTE_ORDER_MARKS):
        raise Refusal(f"{path} is not a text but a binary file. Name {what}.")
    return content

from pydantic import BaseModel


class RefusedRow(BaseModel):
    """A row that did not go in: the line it begins on, why, and its cells by their headings."""

    line: int
    reason: str
    row: dict[str, str]


class ImportReport(BaseModel):
    """What came of a file: how many members are new, changed or as they were, and which rows did not go in."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[RefusedRow] = []
    notes: list[str] = []

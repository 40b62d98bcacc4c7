"""`draw verify`: anybody with the published record can draw again."""

from pathlib import Path
from uuid import uuid4

import pytest

from services.events.draw import Candidate
from services.events.draw_quotas import Quota
from services.events.draw_record import DrawRecord
from tests.local.conftest import Run

RECORD = DrawRecord.drawn(
    uuid4(), candidates=[Candidate(101, 0, {}), Candidate(102, 1, {})], places=1, quotas=[], seed="a seed"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "draw.json"


def test_what_was_drawn_is_drawn_again(run: Run, file: Path):
    file.write_text(RECORD.model_dump_json())
    winner = RECORD.panel[0]
    assert run("draw", "verify", file) == (0, f"Drawn again, all of it is so: {winner} of 2 for 1 places.\n", "")


def test_what_was_altered_is_named(run: Run, file: Path):
    file.write_text(RECORD.model_copy(update={"panel": RECORD.reserves}).model_dump_json())
    code, _, told = run("draw", "verify", file)
    assert (code, told) == (1, f"Drawn again, this is not as {file} says: panel.\n")


def test_what_is_no_record_or_could_not_be_drawn_is_said_so(run: Run, file: Path):
    file.write_text("{}")
    assert "is not the record of a draw" in run("draw", "verify", file)[2]
    impossible = RECORD.model_copy(update={"quotas": [Quota("gender", "woman", least=1)]})
    file.write_text(impossible.model_dump_json())
    assert "nobody could be drawn. The smallest change" in run("draw", "verify", file)[2]

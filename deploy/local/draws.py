"""Drawing a published draw again."""

from pathlib import Path

from pydantic import ValidationError

from deploy.local.input_files import read_input
from deploy.local.refusal import Refusal
from services.events.draw_record import DrawRecord
from shared.errors import ServiceError


def verify_draw(file: Path) -> None:
    try:
        record = DrawRecord.model_validate_json(read_input(file, "the record of a draw as JSON"))
        different = record.differences()
    except ValidationError as error:
        raise Refusal(f"{file} is not the record of a draw. Save it as the service gives it, unchanged.") from error
    except ServiceError as error:
        raise Refusal(f"With what {file} says nobody could be drawn. {error.detail}") from error
    if different:
        raise Refusal(f"Drawn again, this is not as {file} says: {', '.join(different)}.")
    drawn = ", ".join(map(str, record.panel))
    print(f"Drawn again, all of it is so: {drawn} of {len(record.candidates)} for {record.places} places.")

from enum import StrEnum

from sqlalchemy import Enum
from sqlalchemy.orm import DeclarativeBase

from shared.db import COLUMN_TYPES, service_metadata


class MembersBase(DeclarativeBase):
    metadata = service_metadata()
    type_annotation_map = COLUMN_TYPES


def one_of(kind: type[StrEnum]) -> Enum:
    """A column that holds the words of an enumeration as text, and gives them back as its members."""
    return Enum(kind, native_enum=False, length=20, values_callable=lambda words: [word.value for word in words])

from sqlalchemy import TIMESTAMP
from sqlalchemy.orm import DeclarativeBase

from shared.db import COLUMN_TYPES, service_metadata
from shared.retention import kept_while_used

WALL_TIME = TIMESTAMP(timezone=False)

PROGRAMME = kept_while_used("it is the programme, and about nobody")


class EventsBase(DeclarativeBase):
    metadata = service_metadata()
    type_annotation_map = COLUMN_TYPES

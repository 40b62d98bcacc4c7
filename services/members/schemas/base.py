import hashlib
from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints

from services.members.models import LONGEST_SLUG

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=LONGEST_SLUG)]
Secret = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Versioned(BaseModel):
    """What is changed by whoever says which version of it they saw."""

    @property
    def version(self) -> int:
        """Another one whenever anything of this is."""
        return int.from_bytes(hashlib.sha256(self.model_dump_json().encode()).digest()[:8])


# An id as examples show it.
SOME_ID = "0199c2f0-6c1e-7d4b-9a55-3f0e8a7b1c2d"


def example(value: dict[str, Any]) -> dict[str, Any]:
    """What stands in the OpenAPI document beside a model, for whoever writes a front end."""
    return {"example": value}

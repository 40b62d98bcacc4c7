from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.events.models import Needs
from services.events.plain_text import one_line
from services.events.schemas.words import example
from shared.contracts.events import RoleKind

MOST_NEEDED, MOST_ROLES, LONGEST_KIND = 50, 20, 40
ORDER = list(RoleKind)


def _kind(text: str) -> str:
    """One of the kinds that everybody knows, or the group's own in its own words."""
    words = one_line(text, LONGEST_KIND)
    if not words:
        raise ValueError("say in a word or two what there is to do")
    known = words.casefold()
    return known if known in ORDER else words


Kind = Annotated[str, StringConstraints(max_length=LONGEST_KIND), AfterValidator(_kind)]


class RoleNeed(BaseModel):
    """How many are needed in a role: host, cook, tea, minibus, welcome or, in a few words, one of the group's own."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    needed: Annotated[int, Field(ge=1, le=MOST_NEEDED)]


def _once_each(roles: list[RoleNeed]) -> list[RoleNeed]:
    if len({role.kind.casefold() for role in roles}) < len(roles):
        raise ValueError("name each role once, with how many are needed")
    return roles


Roles = Annotated[list[RoleNeed], Field(max_length=MOST_ROLES), AfterValidator(_once_each)]


class RolesDraft(BaseModel):
    """All the roles that are needed; those left out are needed no more."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"roles": [{"kind": "cook", "needed": 2}]}))

    roles: Roles

    @property
    def needs(self) -> Needs:
        """How many by kind."""
        return {role.kind: role.needed for role in self.roles}


class RolesOfDateDraft(BaseModel):
    """All the roles that this date needs; null for those of its activity."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"roles": [{"kind": "cook", "needed": 3}]}))

    roles: Roles | None

    @property
    def needs(self) -> Needs | None:
        """How many by kind."""
        return None if self.roles is None else {role.kind: role.needed for role in self.roles}


class RolesView(BaseModel):
    """The roles that an activity needs at each of its dates."""

    roles: list[RoleNeed]

    @classmethod
    def of(cls, needs: Needs) -> Self:
        """The kinds that everybody knows come first."""
        return cls(roles=[RoleNeed(kind=kind, needed=needs[kind]) for kind in in_order(needs)])


class RoleView(BaseModel):
    """A role at an occurrence. `looking`: members who wished to be asked for it are being asked."""

    kind: str
    needed: int
    taken: int
    mine: bool
    looking: bool


class RolesOfDateView(BaseModel):
    """The roles at an occurrence: how many are needed, and how many have taken each."""

    roles: list[RoleView]

    @classmethod
    def of(cls, needs: Needs, taken: Mapping[str, list[UUID]], sought: Collection[str], reader: UUID | None) -> Self:
        """As `reader` sees them: who took which is in the plan, for the group."""
        return cls(
            roles=[
                RoleView(
                    kind=kind,
                    needed=needs[kind],
                    taken=len(taken.get(kind, ())),
                    mine=reader in taken.get(kind, ()),
                    looking=kind in sought,
                )
                for kind in in_order(needs)
            ]
        )


class RoleTake(BaseModel):
    """Which role the caller takes. `anyway`: though they have one elsewhere at that time."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"kind": "cook"}))

    kind: Kind
    anyway: bool = False


class CoverDraft(BaseModel):
    """Which role somebody is to be looked for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"kind": "cook"}))

    kind: Kind


class CoverView(BaseModel):
    """How many think about it just now; more are asked when they cannot. At night nobody is, until the morning."""

    asking: int


class Wishes(BaseModel):
    """The kinds of role that the caller wishes to be asked for when somebody is missing. Nobody is asked unasked."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"ask_me_for": ["cook", "tea"]}))

    ask_me_for: Annotated[list[Kind], Field(max_length=MOST_ROLES)]


class MyRole(BaseModel):
    """A role at an occurrence that is the caller's, or that they are asked to take."""

    occurrence_id: UUID
    kind: str


class MyRoles(Wishes):
    """What the caller does, what they are asked for just now, and what they wish to be asked for."""

    items: list[MyRole]
    asked: list[MyRole]


def in_order(kinds: Iterable[str]) -> list[str]:
    """The kinds that everybody knows first, then the group's own."""
    return sorted(kinds, key=lambda kind: (ORDER.index(RoleKind(kind)) if kind in ORDER else len(ORDER), kind))

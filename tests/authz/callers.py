"""Who asks: the columns of the matrix. A token says what its session may do, so the first factor alone is a column."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

from shared.contracts.members import Duty, Role
from shared.testing.keys import Keyring


@dataclass(frozen=True)
class Person:
    """A member who asks. `belongs` is what they are in every group; `strong`, whether they showed a second factor."""

    name: str
    belongs: Role | None = None
    duty: Duty | None = None
    strong: bool = False

    def roles(self, groups: Iterable[UUID]) -> dict[UUID, Role]:
        """What their token says of their groups."""
        if self.belongs is None:
            return {}
        told = Role.MEMBER if self.belongs is Role.CONVENOR and not self.strong else self.belongs
        return dict.fromkeys(groups, told)

    @property
    def duties(self) -> frozenset[Duty]:
        """What their token says of their duties."""
        return frozenset({self.duty} if self.duty and self.strong else ())


STRANGER = Person("stranger")
MEMBER = Person("member", Role.MEMBER)
PEOPLE = (
    STRANGER,
    Person("guest", Role.GUEST),
    MEMBER,
    Person("convenor, one factor", Role.CONVENOR),
    Person("convenor", Role.CONVENOR, strong=True),
    Person("worker, one factor", duty=Duty.WORKER),
    Person("worker", duty=Duty.WORKER, strong=True),
    Person("worker who helps", duty=Duty.WORKER, strong=True),
    Person("safeguarding lead", duty=Duty.SAFEGUARDING_LEAD, strong=True),
)
HELPER = PEOPLE[7]
SERVICES = ("right service", "other service", "other scope", "other audience")
COLUMNS = ("nobody", "forged", *(person.name for person in PEOPLE), *SERVICES)


@dataclass(frozen=True)
class Asking:
    """What a row of the matrix needs to be asked for by a service: its scope, and who may have it."""

    service: str
    scope: str
    issuer: str


class Tokens:
    """The token of each column. A person's session has the same id as they have, which saves a second table."""

    def __init__(self, keys: Keyring, ids: dict[Person, UUID], groups: Iterable[UUID]) -> None:
        self._keys = keys
        self._forger = Keyring()
        self._ids = ids
        self._groups = list(groups)

    def of(self, column: str, asking: Asking) -> str | None:
        """The token with which a column asks; None for nobody."""
        if column == "nobody":
            return None
        if column == "forged":
            return self._forger.signer("members").member_token(uuid4(), {}, Duty)
        for person, member_id in self._ids.items():
            if person.name == column:
                signer = self._keys.signer("members")
                return signer.member_token(member_id, person.roles(self._groups), person.duties, member_id)
        return self._of_service(column, asking)

    def _of_service(self, column: str, asking: Asking) -> str:
        issuer = {"other service": "web"}.get(column, asking.issuer)
        scope = {"other scope": "messages:read"}.get(column, asking.scope)
        audience = {"other audience": "elsewhere"}.get(column, asking.service)
        return self._keys.signer(issuer).service_token(audience, scope)

"""What somebody is to a group. Everything that is asked about a group by its id begins here."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.errors.groups import ConvenorsOnly, NoSuchGroup, OfThisGroupOnly
from services.members.models import Group, Membership
from services.members.queries.groups import group_seen_by, lock_group
from shared.auth import Caller
from shared.contracts.members import Role
from shared.errors import Unauthenticated


@dataclass(frozen=True)
class Standing:
    """A caller, a group that they may know of, and their place in it."""

    caller: Caller
    group: Group
    place: Membership | None

    @property
    def member_id(self) -> UUID:
        """Who calls; raises Unauthenticated when nobody has signed in."""
        if self.caller.member_id is None:
            raise Unauthenticated
        return self.caller.member_id

    @property
    def has_a_say(self) -> bool:
        """Whether they belong to the group in their own right, and not as a guest."""
        return self.place is not None and not self.place.is_guest

    @property
    def convenes(self) -> bool:
        """Whether they run the group, now and with a second factor shown: a token may be older than what it says."""
        is_convenor = self.place is not None and self.place.role is Role.CONVENOR
        return is_convenor and self.caller.is_convenor_of(self.group.id)

    def refuse_strangers(self) -> None:
        """Raises OfThisGroupOnly for guests and for who is no member."""
        if not self.has_a_say:
            raise OfThisGroupOnly

    def refuse_all_but_convenors(self) -> None:
        """Raises ConvenorsOnly."""
        if not self.convenes:
            raise ConvenorsOnly


def look(session: Session, group_id: UUID, caller: Caller | None) -> Standing:
    """What a caller is to a group; raises NoSuchGroup where there is none, or none that they may know of."""
    caller = caller or Caller(issuer="nobody")
    seen = group_seen_by(session, group_id, caller.member_id)
    if seen is None:
        raise NoSuchGroup
    return Standing(caller, *seen)


def enter(session: Session, group_id: UUID, caller: Caller) -> Standing:
    """The same, and nobody else decides anything in the group until this transaction ends.

    Who may not know of the group waits for nothing, so that nobody learns of it by waiting.
    """
    look(session, group_id, caller)
    lock_group(session, group_id)
    return look(session, group_id, caller)

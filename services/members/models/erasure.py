from datetime import datetime
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase
from shared.contracts.members import MemberErased
from shared.contracts.routes import ROUTES
from shared.retention import kept_for


class Erasure(MembersBase):
    """Somebody was erased, by an id that leads to nobody. `waiting_for`: services that have not followed yet."""

    __tablename__ = "erasures"
    __table_args__ = {"info": kept_for(days=365, since="asked_at")}

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    erased_id: Mapped[UUID] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    waiting_for: Mapped[list[str]]
    done_at: Mapped[datetime | None]

    @classmethod
    def begun(cls, member_id: UUID, now: datetime) -> Self:
        """One that every service that holds anything by a member's id has yet to follow."""
        erasure = cls(id=uuid4(), erased_id=member_id)
        erasure.begin(now)
        return erasure

    def begin(self, now: datetime) -> None:
        """Wait for all of them, also for who had said so before."""
        self.asked_at, self.done_at = now, None
        self.waiting_for = list(ROUTES[MemberErased])

    def answered(self, service: str, now: datetime) -> None:
        """A service has nothing of them any more; the last one ends it."""
        self.waiting_for = [name for name in self.waiting_for if name != service]
        if not self.waiting_for:
            self.done_at = self.done_at or now

    def message(self) -> MemberErased:
        """What the others are told."""
        return MemberErased(erasure_id=self.id, member_id=self.erased_id)

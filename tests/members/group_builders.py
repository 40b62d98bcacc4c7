"""Groups and people to test on, and a way to ask the API as one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.models import AdmitsBy, Channel, DutyGiven, Group, Member, Membership
from services.members.use_cases.granting import grant
from shared.auth import Caller
from shared.contracts.members import Duty, Role, Visibility
from shared.testing.keys import Keyring
from tests.members.builders import NOW

_numbers = count(1)
SAME_REQUEST = {"X-Request-Id": "the-same-request"}


def given_group(
    session: Session, visibility: Visibility = Visibility.OPEN, admits_by: AdmitsBy = AdmitsBy.CONVENOR
) -> Group:
    number = next(_numbers)
    group = Group.begun(f"Group {number}", visibility)
    group.admits_by = admits_by
    session.add(group)
    session.flush()
    return group


def given_member(session: Session, group: Group | None = None, role: Role = Role.MEMBER, **place: Any) -> UUID:
    """Somebody new, in a group if one is named."""
    member = Member(
        name=f"Member {next(_numbers)}",
        timezone="Europe/London",
        preferred_channel=Channel.SMS,
        links_valid_from=NOW.date(),
    )
    session.add(member)
    session.flush()
    if group is not None:
        session.add(Membership(member_id=member.id, group_id=group.id, role=role, joined_at=NOW, **place))
        session.flush()
    return member.id


def given_worker(session: Session, group: Group | None = None) -> UUID:
    member_id = given_member(session, group)
    session.add(DutyGiven(member_id=member_id, duty=Duty.WORKER, given_at=NOW))
    session.flush()
    return member_id


def caller_of(member_id: UUID, **roles: Role) -> Caller:
    """A member with a second factor shown; roles by the group's id in hex."""
    return Caller("members", member_id, roles={UUID(group): role for group, role in roles.items()})


def convenor_of(group: Group, member_id: UUID) -> Caller:
    return Caller("members", member_id, roles={group.id: Role.CONVENOR})


def people_of(session: Session, group: Group) -> dict[UUID, Role]:
    query = select(Membership.member_id, Membership.role).where(Membership.group_id == group.id)
    return dict(session.execute(query).all())


@dataclass
class Town:
    """The API, the database behind it, and everybody's tokens."""

    client: TestClient
    session: Session
    keys: Keyring

    def ask(self, who: UUID | None, method: str, path: str, *, strong: bool = True, **content: Any) -> Any:
        """What a member is answered, with a token as their session would get it now."""
        token = grant(self.session, who, self.keys.signer("members"), strong=strong) if who else None
        return self.with_token(token, method, path, **content)

    def with_token(self, token: str | None, method: str, path: str, **content: Any) -> Any:
        """What whoever has this token is answered."""
        headers = SAME_REQUEST | ({"Authorization": f"Bearer {token}"} if token else {})
        return self.client.request(method, path, headers=headers, **content)

    def invite(self, who: UUID, group: Group, **draft: Any) -> Any:
        return self.ask(who, "POST", f"/groups/{group.id}/invitations", json=draft)

    def accept(self, who: UUID, code: str) -> Any:
        return self.ask(who, "POST", "/invitations/acceptances", json={"code": code})

    def people(self, group: Group) -> dict[UUID, Role]:
        return people_of(self.session, group)


def every_trace(session: Session, member_id: UUID, group_id: UUID) -> Iterator[str]:
    """The tables that have a row about this member and this group."""
    for table in Group.metadata.sorted_tables:
        if "group_id" not in table.columns:
            continue
        for row in session.execute(select(table).where(table.c.group_id == group_id)):
            if member_id in tuple(row):
                yield table.name


def at(hour: int) -> datetime:
    """An hour of the day on which the tests' clock stands."""
    return NOW.replace(hour=hour, minute=0)

"""Two merges at once, on a database that really commits: one of them is done, and the other finds nothing to join."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.members.errors.merging import NoSuchMerge
from services.members.models import Address, Group, Member, Membership, Merge
from services.members.use_cases import confirm_merge
from services.members.use_cases.belonging import leave_group
from shared.contracts.members import Role
from shared.db import Sessions
from shared.errors import ServiceError
from shared.testing.databases import Databases
from tests.members.builders import HOUSE, NOW, brought_in, called, data_of, member
from tests.members.group_builders import caller_of, given_group
from tests.members.merging import given_proposal

pytestmark = pytest.mark.committed

ROUNDS = 6
InThreads = Callable[..., list[Any]]


@pytest.fixture
def committed(databases: Databases) -> Iterator[Sessions]:
    with databases.owned_sessions("members") as sessions:
        yield sessions


def given_three(sessions: Sessions, turn: int) -> tuple[Group, list[UUID]]:
    """Three records, all in one group."""
    numbers = [3 * turn + n for n in range(3)]
    with sessions.begin() as session:
        group = given_group(session)
        brought_in(session, *(member(n) for n in numbers))
        ids = [called(session, f"Member {n}").id for n in numbers]
        session.add_all(Membership(member_id=it, group_id=group.id, role=Role.MEMBER, joined_at=NOW) for it in ids)
    return group, ids


def joining(sessions: Sessions, keep: UUID, gone: UUID) -> Callable[[], str]:
    """Confirms a proposal as a request would; answers with what it was refused by, or that it was done."""
    with sessions.begin() as session:
        merge = given_proposal(session, keep, gone)

    def run() -> str:
        try:
            with sessions.begin() as session:
                confirm_merge(session, merge, caller_of(keep), house=HOUSE, now=NOW)
        except ServiceError as refusal:
            return type(refusal).__name__
        return "done"

    return run


@pytest.mark.parametrize("pairs", [((0, 1), (1, 0)), ((0, 1), (2, 1))])
def test_two_merges_at_once_leave_one_consistent_state(
    committed: Sessions, in_threads: InThreads, pairs: tuple[tuple[int, int], ...]
):
    for turn in range(ROUNDS):
        group, ids = given_three(committed, turn)
        doings = [joining(committed, ids[keep], ids[gone]) for keep, gone in pairs]
        assert Counter(in_threads(*doings)) == {"done": 1, NoSuchMerge.__name__: 1}
        with committed() as session:
            left = set(session.scalars(select(Member.id).where(Member.id.in_(ids))))
            (told,) = [it for it in data_of(session, "member-merged") if it["kept_id"] in map(str, ids)]
            assert left == set(ids) - {UUID(told["gone_id"])}
            places = select(Membership.member_id).where(Membership.group_id == group.id)
            assert set(session.scalars(places)) == left
            owners = select(Address.member_id).where(Address.member_id.in_(ids))
            assert set(session.scalars(owners)) == left
            assert session.scalars(select(Merge).where(Merge.keep_id.in_(ids))).all() == []


def test_of_a_chain_nobody_is_lost(committed: Sessions, in_threads: InThreads):
    for turn in range(ROUNDS):
        _, (first, second, third) = given_three(committed, turn)
        outcome = in_threads(joining(committed, first, second), joining(committed, second, third))
        with committed() as session:
            left = set(session.scalars(select(Member.id).where(Member.id.in_([first, second, third]))))
        assert left == ({first} if outcome == ["done", "done"] else {first, third})


def test_a_proposal_that_is_confirmed_twice_at_once_is_done_once(committed: Sessions, in_threads: InThreads):
    for turn in range(ROUNDS):
        _, (keep, gone, _) = given_three(committed, turn)
        doing = joining(committed, keep, gone)
        assert Counter(in_threads(doing, doing)) == {"done": 1, NoSuchMerge.__name__: 1}


def test_who_leaves_and_is_imported_meanwhile_gets_in_nobodys_way(committed: Sessions, in_threads: InThreads):
    for turn in range(ROUNDS):
        group, (keep, gone, _) = given_three(committed, turn)

        def leave(group_id: UUID = group.id, member_id: UUID = gone) -> None:
            with committed.begin() as session:
                leave_group(session, group_id, member_id, now=NOW)

        def bring_in(first: int = 3 * turn) -> None:
            with committed.begin() as session:
                brought_in(session, *(member(first + n, groups="Forum;Walks") for n in range(3)))

        outcome, *_ = in_threads(joining(committed, keep, gone), leave, bring_in)
        assert outcome == "done"
        with committed() as session:
            assert session.get(Member, gone) is None

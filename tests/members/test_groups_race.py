"""Many at once in one group, on a database that really commits."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.errors.groups import InvitationRefused
from services.members.invitation_codes import InvitationCodes
from services.members.models import AdmitsBy, Group, Kind, Motion, MotionVote, WrongCode
from services.members.schemas.groups import InvitationDraft
from services.members.use_cases.belonging import leave_group
from services.members.use_cases.invitations import accept_invitation, invite
from services.members.use_cases.join_requests import ask_to_join, withdraw_request
from services.members.use_cases.motions import raise_motion, settle_motions, vote
from shared.contracts.members import Role, Visibility
from shared.db import Sessions
from shared.errors import ServiceError
from shared.testing.databases import Databases
from tests.members.builders import NOW, data_of
from tests.members.group_builders import caller_of, convenor_of, given_group, given_member, people_of

pytestmark = pytest.mark.committed

THREADS = 8
CODES = InvitationCodes(b"l" * 32, "http://127.0.0.1:8000")
Doing = Callable[[Session], object]


@pytest.fixture
def committed(databases: Databases) -> Iterator[Sessions]:
    with databases.owned_sessions("members", pool_size=THREADS) as sessions:
        yield sessions


def all_at_once(sessions: Sessions, doings: Sequence[Doing]) -> Counter[str]:
    """Do them in threads that start together, as requests do; how many ended in which refusal, or in none."""
    together = threading.Barrier(THREADS)

    def run(doing: Doing) -> str:
        with sessions() as session:
            try:
                doing(session)
                session.commit()
            except ServiceError as refusal:
                if refusal.keeps:
                    session.commit()
                return type(refusal).__name__
        return "done"

    def share(number: int) -> list[str]:
        together.wait()
        return [run(doing) for doing in doings[number::THREADS]]

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(name for names in pool.map(share, range(THREADS)) for name in names)


def accepting(code: str, member: UUID) -> Doing:
    return lambda session: accept_invitation(session, code, caller=caller_of(member), codes=CODES, now=NOW)


def voting(group: UUID, motion: UUID, member: UUID, yes: bool) -> Doing:
    return lambda session: vote(session, group, motion, yes=yes, caller=caller_of(member), now=NOW)


def leaving(group: UUID, member: UUID) -> Doing:
    return lambda session: leave_group(session, group, member, now=NOW)


def prepared(committed: Sessions, people: int, admits_by: AdmitsBy = AdmitsBy.CONVENOR) -> tuple[Group, list[UUID]]:
    """A closed group with a convenor, and its other people."""
    with committed.begin() as session:
        group = given_group(session, Visibility.CLOSED, admits_by)
        given_member(session, group, Role.CONVENOR)
        return group, [given_member(session, group) for _ in range(people)]


def code_for(committed: Sessions, group: Group, uses: int) -> str:
    with committed.begin() as session:
        convenor = next(who for who, role in people_of(session, group).items() if role is Role.CONVENOR)
        draft = InvitationDraft(uses=uses)
        return invite(session, group.id, draft, caller=convenor_of(group, convenor), codes=CODES, now=NOW)[1]


@pytest.mark.parametrize("uses", [1, 5])
def test_a_code_lets_in_as_many_as_it_says_and_no_more(committed: Sessions, uses: int):
    group, _ = prepared(committed, 0)
    code = code_for(committed, group, uses)
    with committed.begin() as session:
        members = [given_member(session) for _ in range(24)]
    outcome = all_at_once(committed, [accepting(code, member) for member in members])
    assert outcome == {"done": uses, InvitationRefused.__name__: 24 - uses}
    with committed() as session:
        assert len(people_of(session, group)) == 1 + uses
        assert len(data_of(session, "group-joined")) == uses


def test_one_who_sends_a_code_many_times_at_once_uses_it_once(committed: Sessions):
    group, _ = prepared(committed, 0)
    code = code_for(committed, group, uses=3)
    with committed.begin() as session:
        member = given_member(session)
    assert all_at_once(committed, [accepting(code, member)] * 16) == {"done": 16}
    with committed() as session:
        assert len(data_of(session, "group-joined")) == 1


def test_wrong_codes_are_counted_one_by_one_however_many_are_tried_at_once(committed: Sessions):
    with committed.begin() as session:
        member = given_member(session)
    outcome = all_at_once(committed, [accepting(f"W0NT{n:06}", member) for n in range(40)])
    assert outcome == {InvitationRefused.__name__: 40}
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(WrongCode)) == 10


def test_a_motion_that_all_vote_on_at_once_is_decided_once(committed: Sessions):
    group, members = prepared(committed, 9)
    with committed.begin() as session:
        motion = raise_motion(session, group.id, Kind.ELECT, members[0], caller=caller_of(members[0]), now=NOW).id
    all_at_once(committed, [voting(group.id, motion, member, yes=True) for member in members] * 3)
    with committed() as session:
        decided = session.get_one(Motion, motion)
        assert (decided.state, decided.yes, decided.no) == ("carried", 6, 0)
        assert session.scalars(select(MotionVote)).all() == []
        assert people_of(session, group)[members[0]] is Role.CONVENOR
        assert [told["role"] for told in data_of(session, "group-joined")] == ["convenor"]


def test_votes_leavings_requests_and_the_job_do_not_get_in_each_others_way(committed: Sessions):
    """No deadlock, no vote of who is gone, and everybody who left is out."""
    group, members = prepared(committed, 16, AdmitsBy.VOTE)
    with committed.begin() as session:
        asking = [given_member(session) for _ in range(4)]
        motion = raise_motion(session, group.id, Kind.ELECT, members[0], caller=caller_of(members[0]), now=NOW).id
    doings: list[Doing] = [voting(group.id, motion, member, yes=n % 2 == 0) for n, member in enumerate(members)]
    doings += [leaving(group.id, member) for member in members[8:]]
    doings += [lambda session: settle_motions(session, group.id, now=NOW + timedelta(minutes=1))] * 4
    for who in asking:
        doings.append(lambda session, who=who: ask_to_join(session, group.id, caller=caller_of(who), now=NOW))
        doings.append(lambda session, who=who: withdraw_request(session, group.id, who))
    Random(3).shuffle(doings)
    outcome = all_at_once(committed, doings)
    assert set(outcome) <= {"done", "OfThisGroupOnly", "MotionDecided"}
    with committed() as session:
        here = people_of(session, group)
        assert not set(members[8:]) & set(here)
        assert set(session.scalars(select(MotionVote.member_id))) <= set(here)

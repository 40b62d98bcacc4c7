"""Motions in the database against a model of them, over histories of votes, changes of mind, comings and goings."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.errors.groups import MotionDecided, OfThisGroupOnly
from services.members.majority import State
from services.members.models import Kind, Motion, MotionVote
from services.members.use_cases.belonging import leave_group, let_in
from services.members.use_cases.motions import raise_motion, settle_motions, vote
from shared.contracts.members import Role, Visibility
from tests.members.builders import NOW
from tests.members.group_builders import caller_of, given_group, given_member, people_of

PEOPLE = 6
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("yes"), st.integers(0, PEOPLE - 1)),
        st.tuples(st.just("no"), st.integers(0, PEOPLE - 1)),
        st.tuples(st.just("leave"), st.integers(1, PEOPLE - 1)),
        st.tuples(st.just("come"), st.integers(1, PEOPLE - 1)),
        st.tuples(st.just("settle"), st.just(0)),
    ),
    max_size=14,
)


class Model:
    """What should be so: who is there, what they say, and how it ended."""

    def __init__(self, people: list[UUID]) -> None:
        self.here = set(people)
        self.said: dict[UUID, bool] = {}
        self.end: tuple[State, int, int] | None = None

    def count(self, over: bool) -> None:
        """End it where the rule says so, told in other words than the code's."""
        yes, no, all_of_them = sum(self.said.values()), list(self.said.values()).count(False), len(self.here)
        silent = all_of_them - yes - no
        if yes > all_of_them / 2:
            self.end = (State.CARRIED, yes, no)
        elif yes + silent <= all_of_them / 2:
            self.end = (State.LOST, yes, no)
        elif over:
            won = yes > no and (yes + no >= 3 or not silent)
            self.end = (State.CARRIED if won else State.LOST, yes, no)


class Played:
    """One history, played on the database and on the model."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.group = given_group(session, Visibility.CLOSED)
        self.people = [given_member(session, self.group) for _ in range(PEOPLE)]
        self.model = Model(self.people)
        first = self.people[0]
        self.motion = raise_motion(session, self.group.id, Kind.ELECT, first, caller=caller_of(first), now=NOW).id

    def step(self, what: str, number: int) -> None:
        who = self.people[number]
        if what in {"yes", "no"}:
            self.says(who, what == "yes")
        elif what == "leave":
            leave_group(self.session, self.group.id, who, now=NOW)
            self.model.here.discard(who)
            if self.model.end is None:
                self.model.said.pop(who, None)
        elif what == "come":
            let_in(self.session, self.group.id, who, Role.MEMBER, now=NOW)
            self.model.here.add(who)
        else:
            self.settle(over=False)

    def says(self, who: UUID, yes: bool) -> None:
        refusal = OfThisGroupOnly if who not in self.model.here else MotionDecided if self.model.end else None
        if refusal:
            with pytest.raises(refusal):
                self.vote(who, yes)
            return
        self.vote(who, yes)
        self.model.said[who] = yes
        self.model.count(over=False)

    def vote(self, who: UUID, yes: bool) -> None:
        vote(self.session, self.group.id, self.motion, yes=yes, caller=caller_of(who), now=NOW)

    def settle(self, *, over: bool) -> None:
        settle_motions(self.session, self.group.id, now=NOW + timedelta(days=7) if over else NOW)
        if self.model.end is None:
            self.model.count(over)

    def check(self) -> None:
        motion = self.session.get_one(Motion, self.motion, populate_existing=True)
        votes = dict(self.session.execute(select(MotionVote.member_id, MotionVote.yes)).all())
        if self.model.end is None:
            assert (motion.state, motion.yes, motion.no) == (State.OPEN, None, None)
            assert votes == self.model.said
        else:
            assert (motion.state, motion.yes, motion.no) == self.model.end
            assert votes == {}
        elected = people_of(self.session, self.group)[self.people[0]] is Role.CONVENOR
        assert elected is (motion.state is State.CARRIED)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_the_votes_of_those_who_are_there_decide(session: Session, steps: list[tuple[str, int]]):
    with session.begin_nested() as kept:
        played = Played(session)
        for what, number in steps:
            played.step(what, number)
            played.check()
        played.settle(over=True)
        played.check()
        assert played.model.end is not None
        kept.rollback()


def test_nobody_votes_who_never_was_there(session: Session):
    played = Played(session)
    with pytest.raises(OfThisGroupOnly):
        played.vote(uuid4(), yes=True)

"""Who left a group stays out of it, whatever list comes (people.md, D30)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.models import Group, ListedPlace
from services.members.use_cases.belonging import leave_group, let_in
from services.members.use_cases.merge_records import merge_records
from shared.contracts.members import Role, Visibility
from tests.members.builders import NOW, VAULT, brought_in, called, counts, data_of, member, number
from tests.members.group_builders import people_of

ONE_OUT = "1 person had left a group of this list, and stayed out of it. They can come back by themselves."


def group_called(session: Session, name: str) -> Group:
    return session.scalars(select(Group).where(Group.name == name)).one()


@pytest.mark.parametrize("visibility", [Visibility.OPEN, Visibility.CLOSED])
def test_a_list_again_puts_nobody_back_who_left_and_says_how_many(session: Session, visibility: Visibility):
    session.add(Group.begun("Walks", visibility))
    rows = [member(n, groups="Forum;Walks") for n in (7, 8)]
    brought_in(session, *rows)
    walks, seven = group_called(session, "Walks"), called(session, "Member 7").id
    leave_group(session, walks.id, seven, now=NOW)
    told = data_of(session, "group-joined")
    report = brought_in(session, *rows, member(9, groups="Walks"))
    assert (counts(report), report.notes) == ((1, 0, 2, 0), [ONE_OUT])
    assert seven not in people_of(session, walks)
    assert seven in people_of(session, group_called(session, "Forum"))
    assert len(data_of(session, "group-joined")) == len(told) + 1


def test_a_group_that_another_list_names_is_joined_as_ever(session: Session):
    brought_in(session, member(7))
    leave_group(session, group_called(session, "Forum").id, called(session, "Member 7").id, now=NOW)
    report = brought_in(session, member(7, groups="Walks"))
    assert (counts(report), report.notes) == ((0, 1, 0, 0), [])
    assert called(session, "Member 7").id in people_of(session, group_called(session, "Walks"))


def test_who_left_comes_back_by_themself(session: Session):
    brought_in(session, member(7))
    forum, seven = group_called(session, "Forum"), called(session, "Member 7").id
    leave_group(session, forum.id, seven, now=NOW)
    let_in(session, forum.id, seven, Role.MEMBER, now=NOW)
    report = brought_in(session, member(7, role="convenor"))
    assert (counts(report), report.notes) == ((0, 1, 0, 0), [])
    assert people_of(session, forum) == {seven: Role.CONVENOR}


def test_what_is_remembered_tells_nobody_which_group_it_was(session: Session):
    brought_in(session, member(7))
    forum, seven = group_called(session, "Forum"), called(session, "Member 7").id
    before = session.scalars(select(ListedPlace.place_hash)).all()
    leave_group(session, forum.id, seven, now=NOW)
    # Leaving itself writes nothing.
    assert session.scalars(select(ListedPlace.place_hash)).all() == before == [VAULT.place_hash(seven, forum.id)]


def test_a_record_that_becomes_part_of_another_brings_along_what_it_left(session: Session):
    brought_in(session, member(7, groups=""), member(8))
    keep, gone = called(session, "Member 7").id, called(session, "Member 8").id
    forum = group_called(session, "Forum")
    leave_group(session, forum.id, gone, now=NOW)
    merge_records(session, keep, gone, vault=VAULT, now=NOW)
    assert brought_in(session, member(7)).notes == [ONE_OUT]
    assert people_of(session, forum) == {}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(["list", "leave", "come"]), st.integers(0, 2)), max_size=12))
def test_only_they_themselves_undo_that_somebody_left(session: Session, steps: list[tuple[str, int]]):
    with session.begin_nested() as kept:
        brought_in(session, *[{"name": f"Member {n}", "phone": number(n), "groups": "Forum"} for n in range(3)])
        forum, here = group_called(session, "Forum"), {0, 1, 2}
        ids = [called(session, f"Member {n}").id for n in range(3)]
        for what, n in steps:
            if what == "list":
                brought_in(session, {"phone": number(n), "groups": "Forum"})
            elif what == "leave":
                leave_group(session, forum.id, ids[n], now=NOW)
                here.discard(n)
            else:
                let_in(session, forum.id, ids[n], Role.MEMBER, now=NOW)
                here.add(n)
            assert set(people_of(session, forum)) == {ids[it] for it in here}
        kept.rollback()

"""What of a record goes to the one that it becomes part of, and what ends with it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.members.models import (
    Address,
    AuditEntry,
    AuditSubject,
    Channel,
    Consent,
    Experience,
    Helping,
    JoinRequest,
    Kind,
    Member,
    MembersBase,
    Membership,
    Motion,
    MotionVote,
    Via,
)
from services.members.schemas.choices import NeedSaid
from services.members.use_cases.merge_records import MOVED
from services.members.use_cases.motions import raise_motion, vote
from services.members.use_cases.needs import read_needs, say_needs
from shared.contracts.members import Purpose, Role, Visibility
from shared.erasure import columns_with_members
from tests.members.builders import HOUSE, NOW, brought_in, called, data_of, member, state
from tests.members.group_builders import caller_of, given_group, given_member, people_of
from tests.members.merging import merge
from tests.tables import given_row

# What goes along in a way of its own, or ends with the record: what opens its doors, and what only it was told.
BY_HAND = {"access_needs", "addresses", "consents", "listed_places", "memberships"}
ENDS = {"address_claims", "authenticators", "cards", "duties", "enrolments", "member_keys", "merges", "passkeys"}
ENDS |= {"sessions"}


@pytest.fixture
def two(session: Session) -> tuple[UUID, UUID]:
    """Member 7, and another record of theirs with their email address."""
    brought_in(session, member(7, email=""), member(8, phone="", name="Member 8"))
    return called(session, "Member 7").id, called(session, "Member 8").id


def whose(session: Session, column: Any) -> list[UUID]:
    return list(session.scalars(select(column)))


def test_every_column_that_holds_a_member_goes_along_or_ends():
    columns = [c for c in columns_with_members(MembersBase.metadata) if not c.nullable]
    moved = {(whose.class_.__tablename__, whose.key) for whose in MOVED}
    left = {c.table.name for c in columns if (c.table.name, c.name) not in moved}
    assert left == BY_HAND | ENDS, "say in use_cases/merge_records.py what becomes of it"


def test_nothing_holds_the_record_that_is_gone(session: Session, two: tuple[UUID, UUID]):
    seven, eight = two
    for column in columns_with_members(MembersBase.metadata):
        if column.table.name not in {"member_keys", "addresses", "access_needs", "duties", "passkeys"} | {
            "authenticators"
        }:
            given_row(session, column.table, **{column.name: eight})
    merge(session, seven, eight)
    for column in columns_with_members(MembersBase.metadata):
        assert eight not in whose(session, column), column


def test_addresses_of_other_channels_come_along_and_open_with_the_kept_key(session: Session, two: tuple[UUID, UUID]):
    seven, eight = two
    merge(session, seven, eight)
    ((name, _, opened, _),) = state(session)
    assert name == "Member 7"
    assert opened == {("sms", "active", "+447700900007"), ("email", "active", "member8@example.org")}
    assert data_of(session, "preferences-changed")[-1]["channels"] == ["sms", "email"]


def test_where_both_have_an_address_that_of_the_kept_record_stays(session: Session):
    brought_in(session, member(7), member(8))
    merge(session, called(session, "Member 7").id, called(session, "Member 8").id)
    ((_, _, opened, _),) = state(session)
    assert opened == {("sms", "active", "+447700900007"), ("email", "active", "member7@example.org")}


def test_what_was_said_of_a_channel_goes_with_its_address_and_no_other_yes_does(
    session: Session, two: tuple[UUID, UUID]
):
    seven, eight = two
    for channel in (Channel.EMAIL, Channel.SMS):
        session.add(
            Consent(
                member_id=eight,
                purpose=Purpose.FORUM,
                channel=channel,
                given=True,
                wording="2026-11",
                recorded_by=eight,
                via=Via.WEB,
                at=NOW,
            )
        )
    merge(session, seven, eight)
    assert data_of(session, "preferences-changed")[-1]["consents"]["forum"] == ["email"]
    said = select(Consent.recorded_by).where(Consent.purpose == Purpose.FORUM)
    assert session.scalars(said).all() == [seven]


def test_a_stopped_address_comes_along_stopped(session: Session, two: tuple[UUID, UUID]):
    seven, eight = two
    session.execute(update(Address).where(Address.member_id == eight).values(state="stopped"))
    merge(session, seven, eight)
    ((_, _, opened, _),) = state(session)
    assert ("email", "stopped", "member8@example.org") in opened


def test_needs_come_along_in_their_own_words(session: Session, two: tuple[UUID, UUID]):
    def need(name: str, words: str) -> NeedSaid:
        return NeedSaid.model_validate({"need": name, "seen_by": "me", "words": words})

    seven, eight = two
    say_needs(session, seven, [need("dog", "Bramble")], seen=None, house=HOUSE)
    say_needs(session, eight, [need("dog", "Fern"), need("other", "A chair")], seen=None, house=HOUSE)
    merge(session, seven, eight)
    said = {str(it.need): it.words for it in read_needs(session, seven, house=HOUSE).items}
    assert said == {"dog": "Bramble", "other": "A chair"}


@pytest.mark.parametrize(
    ("mine", "theirs", "then"),
    [
        (Role.MEMBER, Role.CONVENOR, Role.CONVENOR),
        (Role.CONVENOR, Role.MEMBER, Role.CONVENOR),
        (Role.GUEST, Role.MEMBER, Role.MEMBER),
        (None, Role.GUEST, Role.GUEST),
        (None, Role.CONVENOR, Role.CONVENOR),
    ],
)
def test_in_each_group_they_are_the_higher_of_the_two(
    session: Session, two: tuple[UUID, UUID], mine: Role | None, theirs: Role, then: Role
):
    seven, eight = two
    group = given_group(session, Visibility.CLOSED)
    for who, role in ((seven, mine), (eight, theirs)):
        if role is not None:
            session.add(Membership(member_id=who, group_id=group.id, role=role, joined_at=NOW))
    guest = given_member(session, group, Role.GUEST, came_with=eight)
    merge(session, seven, eight)
    assert people_of(session, group) == {seven: then, guest: Role.GUEST}
    assert session.get_one(Membership, (guest, group.id)).came_with == seven
    joined = [each for each in data_of(session, "group-joined") if each["group_id"] == str(group.id)]
    assert joined == [{"member_id": str(seven), "group_id": str(group.id), "role": then}]


def test_who_came_along_with_their_other_record_is_there_in_their_own_right(session: Session, two: tuple[UUID, UUID]):
    seven, eight = two
    group = given_group(session)
    session.add(Membership(member_id=eight, group_id=group.id, role=Role.MEMBER, joined_at=NOW))
    stay = Membership(member_id=seven, group_id=group.id, role=Role.GUEST, joined_at=NOW, came_with=eight)
    session.add(stay)
    merge(session, seven, eight)
    assert (stay.role, stay.came_with) == (Role.MEMBER, None)


def test_one_person_has_one_vote(session: Session, two: tuple[UUID, UUID]):
    seven, eight = two
    group = given_group(session)
    for who in two:
        session.add(Membership(member_id=who, group_id=group.id, role=Role.MEMBER, joined_at=NOW))
    others = [given_member(session, group) for _ in range(9)]
    motions = [
        raise_motion(session, group.id, Kind.ELECT, about, caller=caller_of(eight), now=NOW).id
        for about in (others[0], eight, seven)
    ]
    for who, yes in ((seven, True), (eight, False)):
        vote(session, group.id, motions[0], yes=yes, caller=caller_of(who), now=NOW)
    vote(session, group.id, motions[2], yes=True, caller=caller_of(eight), now=NOW)
    merge(session, seven, eight)
    votes = session.execute(select(MotionVote.motion_id, MotionVote.member_id, MotionVote.yes)).all()
    assert sorted(votes) == sorted([(motions[0], seven, True), (motions[2], seven, True)])
    about = session.execute(select(Motion.id, Motion.about_member, Motion.raised_by)).all()
    assert sorted(about) == sorted([(motions[0], others[0], seven), (motions[2], seven, seven)])


def test_who_belongs_asks_to_join_no_more(session: Session, two: tuple[UUID, UUID]):
    seven, eight = two
    here, elsewhere = given_group(session), given_group(session)
    session.add(Membership(member_id=seven, group_id=here.id, role=Role.MEMBER, joined_at=NOW))
    for group in (here, elsewhere):
        session.add(JoinRequest(member_id=eight, group_id=group.id, asked_at=NOW))
    session.add(JoinRequest(member_id=seven, group_id=elsewhere.id, asked_at=NOW))
    merge(session, seven, eight)
    asked = session.execute(select(JoinRequest.member_id, JoinRequest.group_id)).all()
    assert asked == [(seven, elsewhere.id)]


def test_who_helped_one_record_is_remembered_and_helps_the_other_no_more(session: Session, two: tuple[UUID, UUID]):
    seven, eight = two
    helper = given_member(session)
    session.add_all([Helping.begun(helper, eight, NOW - timedelta(minutes=1)), Helping.begun(seven, eight, NOW)])
    merge(session, seven, eight)
    rows = session.execute(select(Helping.helper_id, Helping.member_id, Helping.until)).all()
    assert rows == [(helper, seven, NOW)]


def test_all_that_was_said_of_using_the_service_stays_in_order(session: Session, two: tuple[UUID, UUID]):
    seven, eight = two
    session.add_all(
        Experience(member_id=who, experience=use, said_at=NOW + timedelta(minutes=minute))
        for minute, (who, use) in enumerate([(eight, "past"), (seven, "current")])
    )
    merge(session, seven, eight)
    rows = session.execute(select(Experience.member_id, Experience.experience).order_by(Experience.said_at)).all()
    assert rows == [(seven, "past"), (seven, "current")]


def test_the_trail_says_of_both_that_they_were_joined(session: Session, two: tuple[UUID, UUID]):
    audit_ids = {session.get_one(Member, each).audit_id for each in two}
    merge(session, *two)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "merged")).one()
    subjects = select(AuditSubject.subject).where(AuditSubject.position == entry.position)
    assert set(session.scalars(subjects)) == audit_ids
    assert entry.actor == str(session.get_one(Member, two[0]).audit_id)

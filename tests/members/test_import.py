import random
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.errors.vault import VaultLocked
from services.members.master_keys import MasterKeys
from services.members.models import Group, Member, Membership
from services.members.use_cases import import_members
from services.members.vault import Vault
from shared.contracts.members import Visibility
from shared.db import Base
from shared.messaging.tables import OutboxRow
from shared.testing.databases import Databases
from tests.members.builders import (
    HOUSE,
    NOW,
    brought_in,
    called,
    counts,
    data_of,
    member,
    number,
    said,
    state,
    table,
)


def test_new_members_are_told_of_in_order(session: Session):
    report = brought_in(session, member(7), member(8, groups="Forum; Core Group"))
    assert counts(report) == (2, 0, 0, 0)
    one = ["preferences-changed", "member-joined", "group-joined"]
    assert said(session) == ["group-changed", "group-changed", *one, *one, "group-joined"]
    first = data_of(session, "preferences-changed")[0]
    assert first["channels"] == ["sms", "email"]
    assert (first["quiet_from"], first["quiet_until"]) == ("21:00:00", "09:00:00")
    assert (first["timezone"], first["language"]) == ("Europe/London", "en")
    assert {group["visibility"] for group in data_of(session, "group-changed")} == {"open"}


def test_the_same_list_again_changes_nothing_and_says_nothing(session: Session):
    rows = [member(n, channel="email", quiet_from="22:00", role="guest", language="pl") for n in range(20)]
    assert counts(brought_in(session, *rows)) == (20, 0, 0, 0)
    before, messages = state(session), said(session)
    assert counts(brought_in(session, *rows, now=NOW + timedelta(days=3))) == (0, 0, 20, 0)
    assert state(session) == before
    assert said(session) == messages


def test_an_edited_list_changes_what_was_edited(session: Session):
    brought_in(session, member(7), member(8), member(9))
    messages = len(said(session))
    report = brought_in(session, member(7), member(8, quiet_from="00:00"), member(9, name="Nine", groups="Walks"))
    assert counts(report) == (0, 2, 1, 0)
    assert said(session)[messages:] == ["group-changed", "preferences-changed", "group-joined"]
    assert called(session, "Member 8").quiet_from == time(0)
    # A list says where somebody is, never where they are not.
    nine = called(session, "Nine").id
    assert session.scalar(select(func.count()).where(Membership.member_id == nine)) == 2


def test_what_a_list_leaves_out_stays(session: Session):
    brought_in(session, member(7, channel="email", quiet_from="22:00", language="pl", role="convenor"))
    before = state(session)
    assert counts(brought_in(session, {"phone": number(7)})) == (0, 0, 1, 0)
    assert counts(brought_in(session, {"email": "MEMBER7@example.org", "groups": "forum"})) == (0, 0, 1, 0)
    assert state(session) == before


def test_a_role_is_changed_when_one_is_given(session: Session):
    brought_in(session, member(7))
    assert counts(brought_in(session, member(7, role="convenor"))) == (0, 1, 0, 0)
    assert [joined["role"] for joined in data_of(session, "group-joined")] == ["member", "convenor"]


def test_a_name_is_not_needed_and_texts_are_preferred(session: Session):
    brought_in(session, {"phone": "", "email": "a@example.org"}, {"phone": number(8), "email": "b@example.org"})
    preferred = session.scalars(select(Member.preferred_channel).where(Member.name == "Member").order_by(Member.id))
    assert list(preferred) == ["email", "sms"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (member(8, groups="Nobody's"), 'make it with: afterhours groups add "Nobody\'s"'),
        (member(8, phone=number(7)), "line 2 has this phone number"),
        (member(8, email="Member7@EXAMPLE.org"), "line 2 has this email address"),
        (member(8, channel="sms", phone=""), "there is no phone number"),
        (member(8, phone="07700 900008"), "with its country"),
    ],
)
def test_a_row_that_cannot_go_in_leaves_no_trace(session: Session, row: dict[str, str], why: str):
    session.add(Group.begun("Forum", Visibility.OPEN))
    report = brought_in(session, member(7), row, member(9), create_groups=False)
    assert counts(report) == (2, 0, 0, 1)
    assert why in report.refused[0].reason
    assert report.refused[0].line == 3
    assert report.refused[0].row == row
    assert session.scalar(select(func.count(Member.id))) == 2


def test_a_group_that_only_refused_rows_name_is_not_made(session: Session):
    brought_in(session, member(7), member(7, groups="Walks"))
    assert list(session.scalars(select(Group.slug))) == ["forum"]


def test_a_group_is_known_by_either_of_its_names(session: Session):
    brought_in(session, member(7, groups="Women's Voices"))
    report = brought_in(
        session,
        member(8, groups="womens-voices; WOMEN'S VOICES"),
        member(9, groups="Women\u2019s Voices"),
        create_groups=False,
    )
    assert counts(report) == (2, 0, 0, 0)
    assert session.scalar(select(func.count(Group.id))) == 1


def test_two_rows_about_one_member_are_a_duplicate(session: Session):
    brought_in(session, member(7))
    report = brought_in(session, member(7, email=""), member(7, phone="", name="Somebody else"))
    assert counts(report) == (0, 0, 1, 1)
    assert "line 2 is about the same member" in report.refused[0].reason


def test_a_row_that_asks_for_a_channel_it_lacks_does_not_get_in_the_second_time(session: Session):
    rows = [member(7, phone="", channel="sms", quiet_from="22:00"), member(7)]
    once = brought_in(session, *rows)
    assert [refused.line for refused in once.refused] == [2, 3]
    assert brought_in(session, *rows) == once


def test_one_row_about_two_members_is_a_duplicate(session: Session):
    brought_in(session, member(7), member(8))
    report = brought_in(session, member(7, email="member8@example.org"))
    assert counts(report) == (0, 0, 0, 1)
    assert "one member's" in report.refused[0].reason


def test_a_hidden_group_can_be_joined_by_a_list_but_keeps_its_visibility(session: Session):
    session.add(Group.begun("Quiet ones", Visibility.HIDDEN))
    assert counts(brought_in(session, member(7, groups="quiet ones"), create_groups=False)) == (1, 0, 0, 0)
    assert list(session.scalars(select(Group.visibility))) == [Visibility.HIDDEN]


@pytest.mark.parametrize(
    "vault", [Vault(MasterKeys([b"x" * 32]), b"i" * 32), Vault(MasterKeys([b"m" * 32]), b"x" * 32)]
)
def test_an_import_with_other_keys_is_refused_before_it_adds_everybody_again(session: Session, vault: Vault):
    brought_in(session, member(7))
    house = replace(HOUSE, vault=vault)
    with pytest.raises(VaultLocked):
        import_members(session, table([member(7)]), house, create_groups=False, now=NOW)


def test_a_programme_may_take_numbers_without_a_country_as_its_own(session: Session):
    house = replace(HOUSE, phone_region="GB")
    report = import_members(session, table([{"phone": "07700 900007"}]), house, create_groups=False, now=NOW)
    assert counts(report) == (1, 0, 0, 0)


def test_no_address_or_name_is_in_any_table_or_message(session: Session):
    brought_in(session, member(7, name="Canary"), member(8))
    use_cases.stop_channel(session, called(session, "Canary").id, "sms", now=NOW)
    brought_in(session, member(7, name="Canary", phone=number(70)))
    use_cases.republish(session, NOW)
    messages = str(list(session.execute(select(OutboxRow.data, OutboxRow.subject))))
    assert "Canary" not in messages
    rows = [messages]
    for base in (Member.metadata, Base.metadata):
        rows += [str(list(session.execute(select(found)))) for found in base.tables.values()]
    everything = "".join(rows)
    assert "Canary" in everything
    for secret in ("7700900", "member7@", "example.org"):
        assert secret not in everything
        assert b64encode(secret.encode()).decode()[:8] not in everything


def test_a_long_list_goes_in(session: Session):
    rows = [{"name": f"Member {n}", "email": f"member{n}@example.org", "groups": "Forum"} for n in range(1000)]
    assert counts(brought_in(session, *rows)) == (1000, 0, 0, 0)
    assert counts(brought_in(session, *rows)) == (0, 0, 1000, 0)


def test_everything_can_be_told_again_and_nobody_is_welcomed_twice(session: Session):
    brought_in(session, member(7), member(8, groups="Forum;Core Group"))
    begun = len(said(session))
    use_cases.republish(session, NOW)
    again = said(session)[begun:]
    one = ["preferences-changed", "group-joined"]
    assert again == ["group-changed", "group-changed", *one, *one, "group-joined"]
    told = data_of(session, "preferences-changed")
    assert told[:2] == told[2:]


def rows_of(most: int) -> st.SearchStrategy[list[dict[str, str]]]:
    row = st.builds(
        member,
        st.integers(0, most),
        groups=st.sampled_from(["", "Forum", "Walks", "Forum;Walks", "No, such"]),
        channel=st.sampled_from(["", "sms", "email", "pigeon"]),
        quiet_from=st.sampled_from(["", "22:00", "late"]),
        role=st.sampled_from(["", "member", "convenor"]),
        phone=st.one_of(st.just(""), st.builds(number, st.integers(0, most))),
    )
    return st.lists(row, min_size=1, max_size=8)


quick = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(first=rows_of(4), second=rows_of(4))
def test_any_list_after_any_other_twice_is_as_once(
    databases: Databases, first: list[dict[str, str]], second: list[dict[str, str]]
):
    with databases.lent("members") as sessions, sessions() as session:
        brought_in(session, *first)
        once = brought_in(session, *second)
        before, messages = state(session), said(session)
        twice = brought_in(session, *second)
        assert (twice.added, twice.changed, twice.refused) == (0, 0, once.refused)
        assert state(session) == before
        assert said(session) == messages


@quick
@given(rows=rows_of(30), shuffled=st.randoms(use_true_random=False), part=st.integers(1, 8))
def test_the_order_of_rows_and_lists_does_not_matter(
    databases: Databases, rows: list[dict[str, str]], shuffled: random.Random, part: int
):
    alone = [row | {"phone": number(at), "email": f"{at}@example.org"} for at, row in enumerate(rows)]
    other = alone.copy()
    shuffled.shuffle(other)
    ends = []
    for lists in ([alone], [other[:part], other]):
        with databases.lent("members") as sessions, sessions() as session:
            for each in lists:
                brought_in(session, *each)
            ends.append(state(session))
    assert ends[0] == ends[1]


@pytest.mark.committed
def test_two_imports_at_once_add_everybody_once(databases: Databases, in_threads: Callable[..., list[Any]]):
    with databases.owned_sessions("members") as sessions:

        def bring_in() -> int:
            with sessions.begin() as session:
                return brought_in(session, *[member(n) for n in range(50)]).added

        assert sorted(in_threads(bring_in, bring_in)) == [0, 50]


@pytest.mark.committed
def test_a_stop_that_comes_during_an_import_is_not_forgotten(
    databases: Databases, in_threads: Callable[..., list[Any]]
):
    with databases.owned_sessions("members") as sessions:
        with sessions.begin() as session:
            brought_in(session, *[member(n) for n in range(50)])
            seven = called(session, "Member 7").id

        def bring_in() -> None:
            with sessions.begin() as session:
                brought_in(session, *[member(n, quiet_from="23:00") for n in range(50)])

        def stop() -> None:
            with sessions.begin() as session:
                use_cases.stop_channel(session, seven, "sms", now=NOW)

        in_threads(bring_in, stop)
        with sessions() as session:
            last = [told for told in data_of(session, "preferences-changed") if told["member_id"] == str(seven)][-1]
            assert last["channels"] == ["email"]
            assert last["quiet_from"] == "23:00:00"

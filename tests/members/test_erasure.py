"""A member asks to be forgotten, or an operator does it for them (D18): what is left in members is nothing."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members import handlers, use_cases
from services.members.errors.erasure import LedgerAway, NoLedger
from services.members.errors.people import NoSuchMember
from services.members.jobs import report_overdue_erasures
from services.members.ledger import Ledger
from services.members.models import (
    AddressClaim,
    AuditEntry,
    Challenge,
    Channel,
    Erasure,
    Member,
    MembersBase,
    Membership,
    Via,
)
from services.members.queries.vault import addresses_of
from services.members.schemas.choices import Answer
from services.members.settings import Settings
from services.members.wordings import CURRENT
from shared.contracts import events, notifications
from shared.contracts.members import Purpose, Role
from shared.db import Sessions
from shared.erasure import columns_with_members
from shared.worker import Work
from tests.conftest import Clock
from tests.members.builders import CHAIN, HOUSE, NOW, brought_in, called, data_of, member, number
from tests.members.conftest import Api
from tests.members.group_builders import given_group, given_member, people_of
from tests.members.signing_in import Door, signed_in
from tests.tables import given_row

# Its member is not known from the beginning, so it may be without, and goes with them all the same.
OWN = ("challenges",)

PARAMETER = re.compile(r"{\w+}")


@pytest.fixture
def ledger(settings: Settings) -> Ledger:
    ledger = settings.ledger()
    ledger.begin()
    return ledger


@pytest.fixture
def seven(session: Session) -> UUID:
    brought_in(session, member(7), member(8))
    session.commit()
    return called(session, "Member 7").id


def erase(session: Session, member_id: UUID, ledger: Ledger) -> Erasure:
    return use_cases.erase_member(session, member_id, actor="operator", ledger=ledger, chain=CHAIN, now=NOW)


def as_member(api: Api, member_id: UUID) -> dict[str, str]:
    return {"Authorization": f"Bearer {api.keys.signer('members').member_token(member_id, {})}"}


def ask_as(api: Api, member_id: UUID, path: str = "/me?confirm=true") -> Any:
    """What a member is answered who has just signed in and wants to be forgotten."""
    return api.ask("DELETE", path, headers={"Authorization": f"Bearer {signed_in(api, member_id)['token']}"})


def holding(session: Session, member_id: UUID) -> list[str]:
    """The columns that hold an id of a member."""
    columns = columns_with_members(MembersBase.metadata)
    return [str(c) for c in columns if session.scalar(select(func.count()).where(c == member_id))]


def test_d18_no_table_of_members_holds_anything_of_who_was_erased(session: Session, seven: UUID, ledger: Ledger):
    columns = [c for c in columns_with_members(MembersBase.metadata) if c.table.name != "member_keys"]
    for column in columns:
        given_row(session, column.table, **{column.name: seven})
    assert len(columns) >= 5
    assert holding(session, seven)
    erase(session, seven, ledger)
    assert holding(session, seven) == []
    assert [each.name for each in session.scalars(select(Member).where(Member.name.startswith("Member")))] == [
        "Member 8"
    ]


def test_a_row_that_only_mentions_a_member_stays_without_them(session: Session, seven: UUID, ledger: Ledger):
    mentions = [c for c in columns_with_members(MembersBase.metadata) if c.nullable and c.table.name not in OWN]
    keys = {c: given_row(session, c.table, **{c.name: seven}) for c in mentions}
    erase(session, seven, ledger)
    for column, row in keys.items():
        primary = next(iter(column.table.primary_key))
        assert session.scalar(select(func.count()).where(primary == row[primary.name])) == 1


def test_who_is_erased_leaves_their_groups_and_guests_leave_with_them(session: Session, seven: UUID, ledger: Ledger):
    group = given_group(session)
    session.add(Membership(member_id=seven, group_id=group.id, role=Role.CONVENOR, joined_at=NOW))
    guest = given_member(session, group, Role.GUEST, came_with=seven)
    other = given_member(session, group)
    erase(session, seven, ledger)
    assert people_of(session, group) == {other: Role.MEMBER}
    here = [told["member_id"] for told in data_of(session, "group-left") if told["group_id"] == str(group.id)]
    assert sorted(here) == sorted([str(seven), str(guest)])


def test_d18_nobody_can_tell_from_sign_ins_that_an_address_was_theirs(session: Session, seven: UUID, ledger: Ledger):
    indexes = [address.blind_index for address in addresses_of(session, [seven])]
    for index in indexes:
        given_row(session, Challenge.metadata.tables["challenges"], blind_index=index, member_id=None)
    erase(session, seven, ledger)
    assert session.scalar(select(func.count()).where(Challenge.blind_index.in_(indexes))) == 0


def test_d18_an_address_that_they_were_about_to_add_is_forgotten_too(door: Door, session: Session):
    begun = door.open()
    claim = {"channel": "sms", "address": number(9)}
    assert door.as_member("POST", "/me/addresses", begun, json=claim).status_code == 201
    seven, index = door.id_of("Member 7"), session.scalars(select(AddressClaim.blind_index)).one()
    assert "address_claims.member_id" in holding(session, seven)
    assert door.as_member("DELETE", "/me?confirm=true", begun).status_code == 202
    assert holding(session, seven) == []
    assert session.scalar(select(func.count()).where(Challenge.blind_index == index)) == 0


def test_what_an_erased_helper_wrote_down_is_still_told_as_a_helpers(session: Session, seven: UUID, ledger: Ledger):
    helper = called(session, "Member 8").id
    answer = Answer(purpose=Purpose.FORUM, channel=Channel.SMS, given=True, wording=CURRENT)
    use_cases.say_consents(session, seven, [answer], recorded_by=helper, via=Via.WORKER, house=HOUSE, now=NOW)
    session.flush()
    erase(session, helper, ledger)
    said = use_cases.read_consents(session, seven, after=None, limit=200)[0][-1]
    assert said.recorded_by is None
    assert said.words == "Somebody who helped you wrote down that you say yes to texts with news from your groups."


def test_erasing_is_one_action_that_is_confirmed(api: Api, seven: UUID, session: Session):
    asked = ask_as(api, seven, "/me")
    assert (asked.status_code, asked.json()["type"]) == (422, "urn:afterhours:not-confirmed")
    assert session.get(Member, seven)
    done = ask_as(api, seven)
    assert (done.status_code, done.json()["waiting_for"]) == (202, ["events", "notifications"])
    session.expire_all()
    assert session.get(Member, seven) is None
    assert api.ask("GET", f"/erasures/{done.json()['id']}").json()["done_at"] is None
    assert data_of(session, "member-erased") == [{"erasure_id": done.json()["id"], "member_id": str(seven)}]


def test_who_holds_a_phone_that_was_signed_in_long_ago_erases_nobody(door: Door, session: Session):
    begun = door.open()
    door.clock.go_on(minutes=15)
    refused = door.as_member("DELETE", "/me?confirm=true", begun)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:afterhours:sign-in-again")
    assert door.as_member("DELETE", "/me?confirm=true", door.open()).status_code == 202


def test_all_that_opened_the_door_is_shut(api: Api, seven: UUID):
    link = api.resolve((seven, "sms")).json()["items"][0]["link"]
    begun = api.ask("POST", "/sessions", json={"link": link}).json()
    ask_as(api, seven)
    assert api.ask("POST", "/tokens", json={"session": begun["session"]}).status_code == 401
    assert api.ask("POST", "/sessions", json={"link": link}).status_code == 401
    assert api.identify(number(7)).json()["member_id"] is None
    assert api.resolve((seven, "sms")).json()["items"][0]["address"] is None
    assert api.ask("DELETE", "/me?confirm=true", headers=as_member(api, seven)).status_code == 401


def test_d18_every_route_asks_a_token_that_outlives_its_member_to_sign_in_again(api: Api, seven: UUID):
    token = as_member(api, seven)
    ask_as(api, seven)
    refused = []
    for path, methods in api.client.get("/openapi.json").json()["paths"].items():
        for method in methods:
            at = PARAMETER.sub(str(uuid4()), path)
            nobody, erased = (api.ask(method, at, json={}, headers=headers) for headers in ({}, token))
            assert erased.status_code < 500, f"{method} {path}"
            if nobody.status_code == 401 and "needs the scope" not in erased.text:
                assert erased.status_code == 401, f"{method} {path}"
                refused.append(path)
    assert {"/groups/{group_id}/members", "/invitations/acceptances", "/me/consents", "/me/cards"} <= set(refused)


def test_an_operator_erases_for_who_cannot(api: Api, seven: UUID):
    def post(member_id: UUID) -> Any:
        return api.ask("POST", "/erasures", "operator", "members:erase", json={"member_id": str(member_id)})

    assert post(seven).status_code == 202
    assert post(seven).status_code == 404
    assert api.ask("POST", "/erasures", "notifications", "vault:resolve", json={}).status_code == 403


def test_the_trail_says_that_somebody_was_erased_and_not_who(api: Api, session: Session):
    api.bring_in(member(7), create_groups=True)
    seven = called(session, "Member 7")
    audit_id = seven.audit_id
    ask_as(api, seven.id)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "erased")).one()
    assert entry.actor == str(audit_id)
    assert session.scalar(select(func.count()).where(Member.audit_id == audit_id)) == 0
    assert api.ask("POST", "/internal/audit/verifications", "operator", "audit:verify").json()["whole"]


def test_an_erasure_is_done_when_everybody_said_so(session: Session, seven: UUID, ledger: Ledger):
    erasure = erase(session, seven, ledger)
    handlers.events_erased(session, events.Erased(erasure_id=erasure.id), NOW)
    handlers.events_erased(session, events.Erased(erasure_id=erasure.id), NOW)
    assert (erasure.waiting_for, erasure.done_at) == (["notifications"], None)
    handlers.notifications_erased(session, notifications.Erased(erasure_id=erasure.id), NOW + timedelta(seconds=9))
    assert (erasure.waiting_for, erasure.done_at) == ([], NOW + timedelta(seconds=9))
    handlers.notifications_erased(session, notifications.Erased(erasure_id=erasure.id), NOW + timedelta(days=1))
    assert erasure.done_at == NOW + timedelta(seconds=9)
    handlers.events_erased(session, events.Erased(erasure_id=uuid4()), NOW)


def test_d18_an_erasure_that_takes_longer_than_five_minutes_is_reported(
    db: Sessions, session: Session, seven: UUID, ledger: Ledger, clock: Clock, caplog: pytest.LogCaptureFixture
):
    erasure = erase(session, seven, ledger)
    session.commit()
    work = Work("members", db, clock)
    report_overdue_erasures(work)
    assert REGISTRY.get_sample_value("erasures_overdue") == 0
    clock.go_on(minutes=5, seconds=1)
    report_overdue_erasures(work)
    assert REGISTRY.get_sample_value("erasures_overdue") == 1
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert (record.__dict__["erasure_id"], record.__dict__["waiting_for"]) == (erasure.id, ["events", "notifications"])


def test_without_its_ledger_nobody_is_erased(session: Session, seven: UUID, tmp_path: Path):
    with pytest.raises(LedgerAway):
        erase(session, seven, Ledger(tmp_path / "no such folder" / "ledger"))
    session.rollback()
    assert session.get(Member, seven)


def test_without_its_ledger_nothing_is_reapplied_and_the_operator_is_told_why(session: Session, settings: Settings):
    with pytest.raises(NoLedger, match="put your copy of it"):
        use_cases.reapply_erasures(session, ledger=settings.ledger(), chain=CHAIN, now=NOW)


def test_nobody_twice(session: Session, seven: UUID, ledger: Ledger):
    erase(session, seven, ledger)
    with pytest.raises(NoSuchMember):
        erase(session, seven, ledger)


def test_the_ledger_holds_days_and_ids_and_skips_what_was_cut_short(ledger: Ledger, settings: Settings):
    first, second = uuid4(), uuid4()
    ledger.note(first, NOW)
    with settings.erasure_ledger.open("a") as file:
        file.write("\n2026-11-23 0190")
    ledger.note(second, NOW)
    ledger.note(first, NOW)
    assert ledger.members() == [first, second]
    assert f"2026-11-23 {first}" in settings.erasure_ledger.read_text().splitlines()

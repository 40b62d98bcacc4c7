from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import typst
import zxingcpp
from PIL import Image
from sqlalchemy import func, select, update

from services.members.invitation_codes import ALPHABET
from services.members.models import Group, Invitation, Membership, WrongCode
from shared.contracts.members import Role, Visibility
from tests.conftest import Clock
from tests.members.builders import NOW, data_of
from tests.members.group_builders import Town, given_group, given_member, given_worker

WRONG = "ZZZZZZZZZZ"


@pytest.fixture
def group(town: Town) -> Group:
    return given_group(town.session, Visibility.HIDDEN)


@pytest.fixture
def convenor(town: Town, group: Group) -> UUID:
    return given_member(town.session, group, Role.CONVENOR)


def test_a_code_lets_somebody_into_a_hidden_group(town: Town, group: Group, convenor: UUID):
    made = town.invite(convenor, group).json()
    assert len(made["code"]) == 10
    assert set(made["code"]) <= set(ALPHABET)
    assert made["link"].endswith(f"/join#{made['code']}")
    assert made["uses_left"] == 1
    member = given_member(town.session)
    answer = town.accept(member, made["code"])
    assert (answer.status_code, answer.json()["name"], answer.json()["role"]) == (201, group.name, "member")
    told = {"member_id": str(member), "group_id": str(group.id), "role": "member"}
    assert data_of(town.session, "group-joined") == [told]
    assert [each["id"] for each in town.ask(member, "GET", "/groups").json()["items"]] == [str(group.id)]


def test_the_code_is_shown_once_and_kept_nowhere(town: Town, group: Group, convenor: UUID):
    answer = town.invite(convenor, group)
    made = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    listed = town.ask(convenor, "GET", f"/groups/{group.id}/invitations").json()["items"]
    assert [each["id"] for each in listed] == [made["id"]]
    assert not {"code", "link", "qr"} & listed[0].keys()
    stored = town.session.execute(select(Invitation.__table__)).one()
    assert made["code"] not in str(tuple(stored))


def test_the_drawing_says_the_link(town: Town, group: Group, convenor: UUID, tmp_path: Path):
    made = town.invite(convenor, group).json()
    (tmp_path / "qr.svg").write_text(made["qr"])
    (tmp_path / "page.typ").write_text('#set page(width: 6cm, height: 6cm)\n#image("qr.svg", width: 4cm)')
    drawn = Image.open(BytesIO(typst.compile(str(tmp_path / "page.typ"), format="png", ppi=200)))
    assert [read.text for read in zxingcpp.read_barcodes(drawn)] == [made["link"]]


def test_a_code_is_read_however_it_was_typed(town: Town, group: Group, convenor: UUID):
    code = town.invite(convenor, group).json()["code"]
    typed = f" {code[:5].lower()}-{code[5:]} ".replace("0", "o").replace("1", "l")
    assert town.accept(given_member(town.session), typed).status_code == 201


def used(town: Town, group: Group, convenor: UUID, clock: Clock) -> str:
    code: str = town.invite(convenor, group).json()["code"]
    assert town.accept(given_member(town.session), code).status_code == 201
    return code


def old(town: Town, group: Group, convenor: UUID, clock: Clock) -> str:
    code: str = town.invite(convenor, group, days=14).json()["code"]
    clock.go_on(days=14)
    return code


def revoked(town: Town, group: Group, convenor: UUID, clock: Clock) -> str:
    made = town.invite(convenor, group).json()
    path = f"/groups/{group.id}/invitations/{made['id']}"
    assert town.ask(convenor, "DELETE", path).status_code == 204
    code: str = made["code"]
    return code


def of_who_left(town: Town, group: Group, convenor: UUID, clock: Clock) -> str:
    code: str = town.invite(convenor, group).json()["code"]
    town.ask(convenor, "DELETE", f"/me/groups/{group.id}")
    return code


@pytest.mark.parametrize("spoiled", [used, old, revoked, of_who_left])
def test_every_code_that_opens_nothing_is_refused_in_the_same_bytes(
    town: Town, group: Group, convenor: UUID, clock: Clock, spoiled: Callable[..., str]
):
    code = spoiled(town, group, convenor, clock)
    member = given_member(town.session)
    refusal, wrong = town.accept(member, code), town.accept(member, WRONG)
    assert (refusal.status_code, refusal.content) == (wrong.status_code, wrong.content) == (404, wrong.content)
    assert refusal.headers == wrong.headers
    assert member not in town.people(group)


def test_ten_wrong_codes_are_all_that_anybody_tries_in_an_hour(town: Town, group: Group, convenor: UUID, clock: Clock):
    code = town.invite(convenor, group, uses=2).json()["code"]
    guessing = given_member(town.session)
    refusals = {town.accept(guessing, f"{WRONG}{n}").content for n in range(15)}
    assert len(refusals) == 1
    assert town.accept(guessing, code).content in refusals
    assert town.session.scalar(select(func.count()).select_from(WrongCode)) == 10
    assert town.accept(given_member(town.session), code).status_code == 201
    clock.go_on(hours=1)
    assert town.accept(guessing, code).status_code == 201


def test_who_belongs_uses_nothing_up(town: Town, group: Group, convenor: UUID):
    code = town.invite(convenor, group).json()["code"]
    member = given_member(town.session)
    answers = [town.accept(who, code) for who in (convenor, member, member, convenor)]
    assert [answer.status_code for answer in answers] == [201] * 4
    assert [answer.json()["role"] for answer in answers] == ["convenor", "member", "member", "convenor"]
    assert town.session.scalars(select(WrongCode)).all() == []


def test_a_guest_comes_along_with_who_brought_them(town: Town, group: Group, convenor: UUID, clock: Clock):
    host, guest = given_member(town.session, group), given_member(town.session)
    stays = (NOW + timedelta(days=2)).isoformat()
    code = town.invite(host, group, role="guest", stays_until=stays).json()["code"]
    assert town.accept(guest, code).json()["role"] == "guest"
    place = town.session.get_one(Membership, (guest, group.id))
    assert (place.came_with, place.until) == (host, NOW + timedelta(days=2))
    path = f"/groups/{group.id}/invitations"
    assert town.ask(guest, "GET", path).status_code == town.invite(guest, group, role="guest").status_code == 403
    assert town.accept(guest, town.invite(convenor, group).json()["code"]).json()["role"] == "member"
    town.session.refresh(place)
    assert (place.came_with, place.until) == (None, None)


@pytest.mark.parametrize(
    ("visibility", "who", "strong", "draft", "status"),
    [
        (Visibility.OPEN, Role.MEMBER, True, {}, 201),
        (Visibility.OPEN, Role.MEMBER, True, {"for_worker": True}, 403),
        (Visibility.CLOSED, Role.MEMBER, True, {}, 403),
        (Visibility.CLOSED, Role.MEMBER, True, {"role": "guest"}, 201),
        (Visibility.CLOSED, Role.MEMBER, True, {"role": "guest", "for_worker": True}, 403),
        (Visibility.CLOSED, Role.CONVENOR, False, {}, 403),
        (Visibility.CLOSED, Role.CONVENOR, True, {}, 201),
        (Visibility.CLOSED, Role.GUEST, True, {"role": "guest"}, 403),
        (Visibility.OPEN, None, True, {"role": "guest"}, 403),
    ],
)
def test_who_may_invite_whom(
    town: Town, visibility: Visibility, who: Role | None, strong: bool, draft: dict[str, Any], status: int
):
    group = given_group(town.session, visibility)
    member = given_member(town.session, group if who else None, who or Role.MEMBER)
    path = f"/groups/{group.id}/invitations"
    assert town.ask(member, "POST", path, strong=strong, json=draft).status_code == status


@pytest.mark.parametrize(
    "draft",
    [
        {"role": "convenor"},
        {"role": "member", "stays_until": "2027-01-01T00:00:00Z"},
        {"role": "guest", "stays_until": "2026-11-23T10:30:00Z"},
        {"role": "guest", "stays_until": "2027-01-01T00:00:00"},
        {"uses": 0},
        {"uses": 101},
        {"days": 91},
        {"code": "MY0WNC0DE1"},
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(town: Town, group: Group, convenor: UUID, draft: dict[str, Any]):
    assert town.invite(convenor, group, **draft).status_code == 422


def test_convenors_take_back_any_invitation_and_others_their_own(town: Town, group: Group, convenor: UUID):
    host, other = given_member(town.session, group), given_member(town.session, group)
    invitation = town.invite(host, group, role="guest").json()["id"]
    path = f"/groups/{group.id}/invitations"
    listed = {who: town.ask(who, "GET", path).json()["items"] for who in (convenor, host, other)}
    assert [len(items) for items in listed.values()] == [1, 1, 0]
    elsewhere = given_group(town.session)
    there = given_member(town.session, elsewhere, Role.CONVENOR)
    town.ask(there, "DELETE", f"/groups/{elsewhere.id}/invitations/{invitation}")
    for who, left in ((other, 1), (convenor, 0)):
        assert town.ask(who, "DELETE", f"{path}/{invitation}").status_code == 204
        assert len(town.ask(convenor, "GET", path).json()["items"]) == left


def test_a_worker_gets_into_a_hidden_group_only_by_an_invitation_that_says_so(town: Town, group: Group, convenor: UUID):
    worker = given_worker(town.session)
    plain = town.invite(convenor, group).json()["code"]
    assert town.accept(worker, plain).content == town.accept(worker, WRONG).content
    for_worker = town.invite(convenor, group, for_worker=True).json()["code"]
    assert town.accept(worker, for_worker).status_code == 201
    town.ask(worker, "DELETE", f"/me/groups/{group.id}")
    log = town.ask(convenor, "GET", f"/groups/{group.id}/log").json()["items"]
    assert [(note["what"], note["member_id"], note["by"]) for note in log] == [
        ("worker_invited", None, str(convenor)),
        ("worker_joined", str(worker), None),
        ("worker_left", str(worker), None),
    ]


def test_a_convenor_who_was_stood_down_meanwhile_invites_no_more(town: Town, group: Group, convenor: UUID):
    """The token still says convenor, for ten minutes."""
    token = town.keys.signer("members").member_token(convenor, {group.id: Role.CONVENOR})
    town.session.execute(update(Membership).where(Membership.member_id == convenor).values(role=Role.MEMBER))
    path = f"/groups/{group.id}/invitations"
    assert town.with_token(token, "POST", path, json={}).status_code == 403

from typing import Any
from uuid import UUID

import pytest

from services.members.models import Group, Member
from shared.contracts.members import Role, Visibility
from tests.members.builders import brought_in, counts, data_of, member
from tests.members.group_builders import Town, given_group, given_member, people_of


@pytest.fixture
def group(town: Town) -> Group:
    return given_group(town.session, Visibility.CLOSED)


@pytest.fixture
def convenor(town: Town, group: Group) -> UUID:
    return given_member(town.session, group, Role.CONVENOR)


def describe(town: Town, who: UUID, group: Group, **edit: Any) -> Any:
    return town.ask(who, "PATCH", f"/groups/{group.id}", json=edit)


def test_a_group_is_read_with_what_it_decides_about_itself(town: Town, group: Group):
    for who in (None, given_member(town.session)):
        answer = town.ask(who, "GET", f"/groups/{group.id}")
        assert answer.json() == {
            "id": str(group.id),
            "slug": group.slug,
            "name": group.name,
            "visibility": "closed",
            "admits_by": "convenor",
            "accepts_asks": False,
        }
        assert answer.headers["etag"] == '"0"'
    assert town.ask(None, "GET", f"/groups/{given_group(town.session).id}").json()["accepts_asks"]


def test_a_convenor_describes_the_group_anew(town: Town, group: Group, convenor: UUID):
    answer = describe(town, convenor, group, name="Walkers", admits_by="vote", accepts_asks=True)
    changed = answer.json()
    assert (changed["name"], changed["admits_by"], changed["accepts_asks"]) == ("Walkers", "vote", True)
    assert answer.headers["etag"] == '"1"'
    told = {"group_id": str(group.id), "slug": group.slug, "name": "Walkers", "visibility": "closed"}
    assert data_of(town.session, "group-changed") == [told]


def test_what_changes_nothing_for_others_is_not_told_to_them(town: Town, group: Group, convenor: UUID):
    assert describe(town, convenor, group, accepts_asks=True).status_code == 200
    assert describe(town, convenor, group, accepts_asks=True).headers["etag"] == '"1"'
    assert data_of(town.session, "group-changed") == []


def test_nobody_else_describes_it(town: Town, group: Group, convenor: UUID):
    member = given_member(town.session, group)
    elsewhere = given_member(town.session, given_group(town.session), Role.CONVENOR)
    for who in (member, elsewhere):
        assert describe(town, who, group, name="Walkers").status_code == 403
    path = f"/groups/{group.id}"
    assert town.ask(convenor, "PATCH", path, strong=False, json={"name": "Walkers"}).status_code == 403
    assert town.ask(None, "PATCH", path, json={"name": "Walkers"}).status_code == 401


def test_who_saw_an_older_version_changes_nothing(town: Town, group: Group, convenor: UUID):
    describe(town, convenor, group, name="Walkers")
    token = town.keys.signer("members").member_token(convenor, {group.id: Role.CONVENOR})
    for tag, status in (('"0"', 412), ('"1"', 200), ("*", 200), ("nonsense", 412)):
        headers = {"Authorization": f"Bearer {token}", "If-Match": tag}
        answer = town.client.patch(f"/groups/{group.id}", json={"accepts_asks": True}, headers=headers)
        assert answer.status_code == status


def test_a_name_that_is_taken_says_so_only_of_groups_that_anybody_may_know_of(town: Town, group: Group, convenor: UUID):
    listed, hidden = given_group(town.session), given_group(town.session, Visibility.HIDDEN)
    assert describe(town, convenor, group, name=listed.name.upper()).status_code == 409
    assert describe(town, convenor, group, name=hidden.name).status_code == 200


def test_who_may_know_of_it_is_changed_in_sight_of_its_members(town: Town, group: Group, convenor: UUID):
    member = given_member(town.session, group)
    for visibility in ("hidden", "open"):
        assert describe(town, convenor, group, visibility=visibility).status_code == 200
    log = town.ask(member, "GET", f"/groups/{group.id}/log").json()["items"]
    assert {note["by_name"] for note in log} == {town.session.get_one(Member, convenor).name}
    assert [(note["what"], note["by"]) for note in log] == [("visibility_changed", str(convenor))] * 2
    assert [told["visibility"] for told in data_of(town.session, "group-changed")] == ["hidden", "open"]


def test_codes_of_an_open_group_open_nothing_once_it_hides(town: Town):
    group = given_group(town.session)
    convenor, member = (given_member(town.session, group, role) for role in (Role.CONVENOR, Role.MEMBER))
    code = town.invite(member, group, uses=100).json()["code"]
    assert town.accept(given_member(town.session), code).status_code == 201
    assert describe(town, convenor, group, visibility="hidden").status_code == 200
    assert town.accept(given_member(town.session), code).status_code == 404


class TestLists:
    """A list of members from the operator is no way into a hidden group that has people."""

    def test_a_list_begins_a_hidden_group(self, town: Town):
        given_group(town.session, Visibility.HIDDEN).name = "Quiet ones"
        rows = [member(n, groups="Quiet ones") for n in (7, 8)]
        assert counts(brought_in(town.session, *rows)) == (2, 0, 0, 0)
        assert counts(brought_in(town.session, *rows)) == (0, 0, 2, 0)

    def test_a_list_adds_nobody_to_a_hidden_group_that_has_people(self, town: Town):
        group = given_group(town.session, Visibility.HIDDEN)
        given_member(town.session, group)
        report = brought_in(town.session, member(7, groups=group.name))
        assert counts(report) == (0, 0, 0, 1)
        assert "invitation" in report.refused[0].reason
        assert len(people_of(town.session, group)) == 1

    def test_a_list_puts_nobody_into_a_group_that_took_the_name_of_another(self, town: Town, convenor: UUID):
        hidden = given_group(town.session, Visibility.HIDDEN)
        taking = given_group(town.session)
        runs_it = given_member(town.session, taking, Role.CONVENOR)
        assert describe(town, runs_it, taking, name=hidden.name).status_code == 200
        town.session.expire_all()
        brought_in(town.session, member(7, groups=hidden.name))
        assert set(people_of(town.session, taking)) == {runs_it}
        assert len(people_of(town.session, hidden)) == 1

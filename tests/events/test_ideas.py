"""Ideas of a group: drafts, similar ones, support without names, and endings with a reason."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.errors.activities import NoSuchActivity
from services.events.errors.ideas import IdeaNotOpen, IdeaPosted, NoSuchIdea, NotYourIdea
from services.events.errors.programme import NotYourProgramme
from services.events.handlers import member_erased, member_merged
from services.events.models import Ending, Group, GroupMember, Idea, IdeaState, IdeaSupport
from services.events.queries.ideas import ideas_of
from services.events.schemas.ideas import IdeaDraft, Retirement
from services.events.use_cases import ideas
from services.events.use_cases.groups import leave_group
from shared.auth import Caller
from shared.contracts.members import MemberErased, MemberMerged, Role, Visibility
from shared.errors import Unauthenticated
from tests.conftest import Clock
from tests.events.activity_builders import given_activity, member_of
from tests.events.builders import given_group, refused, told

Headers = dict[str, str]
CANAL = "A walk by the canal"


@pytest.fixture
def writer(session: Session, group: Group) -> Caller:
    return member_of(session, group)


@pytest.fixture
def friend(session: Session, group: Group) -> Caller:
    return member_of(session, group)


@pytest.fixture
def draft(session: Session, group: Group, writer: Caller, clock: Clock) -> Idea:
    return ideas.write_idea(session, group.id, CANAL, caller=writer, now=clock())


@pytest.fixture
def idea(session: Session, draft: Idea, writer: Caller) -> Idea:
    return ideas.post_idea(session, draft.id, caller=writer)


def seen_by(session: Session, caller: Caller) -> list[str]:
    return [each.words for each in session.scalars(ideas_of(caller))]


def test_a_draft_is_its_writers_alone_until_it_is_posted(session: Session, draft: Idea, writer: Caller, friend: Caller):
    ideas.reword_idea(session, draft.id, "A slow walk by the canal", caller=writer)
    assert (seen_by(session, writer), seen_by(session, friend)) == (["A slow walk by the canal"], [])
    assert refused(ideas.find_idea, session, draft.id, friend) is NoSuchIdea
    assert refused(ideas.support_idea, session, draft.id, caller=writer) is IdeaNotOpen
    for _ in range(2):
        ideas.post_idea(session, draft.id, caller=writer)
    assert seen_by(session, friend) == ["A slow walk by the canal"]
    assert refused(ideas.reword_idea, session, draft.id, "A pub crawl", caller=writer) is IdeaPosted


def test_similar_ones_of_the_same_group_are_shown_and_nothing_is_written(
    session: Session, group: Group, idea: Idea, friend: Caller, clock: Clock
):
    elsewhere = given_group(session, "elsewhere")
    stranger = member_of(session, elsewhere)
    theirs = ideas.write_idea(session, elsewhere.id, CANAL, caller=stranger, now=clock())
    ideas.post_idea(session, theirs.id, caller=stranger)
    other = ideas.write_idea(session, group.id, "Chess", caller=friend, now=clock())
    ideas.post_idea(session, other.id, caller=friend)
    mine = ideas.write_idea(session, group.id, "Canal walks", caller=friend, now=clock())
    assert ideas.find_similar(session, mine.id, friend) == [idea]
    assert told(session) == []
    assert mine.state == IdeaState.DRAFT


def test_support_is_counted_once_and_can_be_taken_back(session: Session, idea: Idea, friend: Caller, writer: Caller):
    for _ in range(2):
        assert ideas.support_idea(session, idea.id, caller=friend).support == 1
    assert ideas.support_idea(session, idea.id, caller=writer).support == 2
    for _ in range(2):
        ideas.take_support_back(session, idea.id, caller=friend)
    assert ideas.find_idea(session, idea.id, friend).support == 1


def test_a_withdrawn_one_stays_for_those_who_supported_it_with_its_reason(
    session: Session, group: Group, idea: Idea, writer: Caller, friend: Caller
):
    other = member_of(session, group)
    ideas.support_idea(session, idea.id, caller=friend)
    assert refused(ideas.withdraw_idea, session, idea.id, Ending.DONE, "", caller=friend) is NotYourIdea
    ideas.withdraw_idea(session, idea.id, Ending.NOT_POSSIBLE, "The path is closed", caller=writer)
    assert (seen_by(session, friend), seen_by(session, other)) == ([CANAL], [])
    assert (idea.ending, idea.why) == (Ending.NOT_POSSIBLE, "The path is closed")
    assert refused(ideas.support_idea, session, idea.id, caller=friend) is IdeaNotOpen
    assert refused(ideas.post_idea, session, idea.id, caller=writer) is IdeaNotOpen
    assert refused(ideas.withdraw_idea, session, idea.id, Ending.DONE, "", caller=writer) is IdeaNotOpen


def test_a_convenor_retires_one_with_words_and_all_members_see_why(
    session: Session, group: Group, idea: Idea, friend: Caller
):
    convenor = member_of(session, group, Role.CONVENOR)
    said = (Ending.DONE, "We went on Sunday")
    assert refused(ideas.retire_idea, session, idea.id, *said, caller=friend) is NotYourProgramme
    ideas.retire_idea(session, idea.id, *said, caller=convenor)
    assert seen_by(session, friend) == [CANAL]
    assert refused(ideas.retire_idea, session, idea.id, *said, caller=convenor) is IdeaNotOpen
    with pytest.raises(ValidationError, match="few words"):
        Retirement(ending=Ending.DONE, why=" ")
    with pytest.raises(ValidationError):
        Retirement.model_validate({"ending": "changed_mind", "why": "It is theirs to change"})


def test_an_idea_becomes_an_activity_of_its_own_group_said_by_who_runs_it(
    session: Session, group: Group, idea: Idea, writer: Caller, friend: Caller, clock: Clock
):
    walk = given_activity(session, friend, group, clock())
    elsewhere = given_group(session, "elsewhere")
    other = given_activity(session, member_of(session, elsewhere), elsewhere, clock())
    assert refused(ideas.link_to_activity, session, idea.id, walk.id, caller=writer) is NotYourProgramme
    assert refused(ideas.link_to_activity, session, idea.id, other.id, caller=friend) is NoSuchActivity
    assert ideas.link_to_activity(session, idea.id, walk.id, caller=friend).activity_id == walk.id


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("  Film\n night ", "Film night"),
        ("<b>Film</b> night", "Film night"),
        ("🎬🍿", "🎬🍿"),
        ("\u202eليلة أفلام", "ليلة أفلام"),
    ],
)
def test_words_are_tidied(words: str, kept: str):
    assert IdeaDraft(group_id=uuid4(), words=words).words == kept


@pytest.mark.parametrize(("words", "says"), [("\u200b \n", "few words"), ("x" * 201, "at most 200")])
def test_words_that_cannot_be_are_refused(words: str, says: str):
    with pytest.raises(ValidationError, match=says):
        IdeaDraft(group_id=uuid4(), words=words)


# Whose they are


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("belongs", [None, Role.GUEST])
def test_to_who_is_no_member_they_are_not_there(
    session: Session, clock: Clock, visibility: Visibility, belongs: Role | None
):
    group = given_group(session, "quiet-ones", visibility)
    writer = member_of(session, group)
    idea = ideas.write_idea(session, group.id, CANAL, caller=writer, now=clock())
    ideas.post_idea(session, idea.id, caller=writer)
    outsider = member_of(session, group, belongs) if belongs else Caller("members", uuid4())
    assert seen_by(session, outsider) == []
    assert refused(ideas.find_idea, session, idea.id, outsider) is NoSuchIdea


def test_who_leaves_sees_them_no_more_and_what_they_said_stays(
    session: Session, group: Group, idea: Idea, friend: Caller, clock: Clock
):
    assert friend.member_id is not None
    ideas.support_idea(session, idea.id, caller=friend)
    leave_group(session, group.id, friend.member_id, now=clock())
    assert seen_by(session, friend) == []
    session.refresh(idea)
    assert idea.support == 1


def test_d18_the_words_of_who_is_erased_go_with_all_support_and_so_does_theirs(
    session: Session, group: Group, idea: Idea, writer: Caller, friend: Caller, clock: Clock
):
    assert writer.member_id is not None
    other = ideas.write_idea(session, group.id, "Chess", caller=friend, now=clock())
    ideas.post_idea(session, other.id, caller=friend)
    ideas.support_idea(session, idea.id, caller=friend)
    ideas.support_idea(session, other.id, caller=writer)
    member_erased(session, MemberErased(erasure_id=uuid4(), member_id=writer.member_id), clock.at)
    assert seen_by(session, friend) == ["Chess"]
    assert session.scalar(select(func.count()).select_from(IdeaSupport)) == 0
    assert refused(ideas.support_idea, session, other.id, caller=writer) is Unauthenticated


def test_two_records_of_one_person_support_an_idea_once(
    session: Session, idea: Idea, writer: Caller, friend: Caller, clock: Clock
):
    kept, gone = friend.member_id, writer.member_id
    assert kept is not None
    assert gone is not None
    for each in (writer, friend):
        ideas.support_idea(session, idea.id, caller=each)
    for _ in range(2):
        member_merged(session, MemberMerged(kept_id=kept, gone_id=gone), clock.at)
    session.expire_all()
    assert (idea.member_id, idea.support) == (kept, 1)


def test_from_a_phone(client: TestClient, session: Session, as_member: Callable[..., Headers], forum: Group):
    def asked(who: UUID, method: str, path: str, body: Any = None) -> Any:
        headers = as_member(who, {forum.id: Role.MEMBER})
        answer = client.request(method, f"/ideas{path}", headers=headers, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    writer, friend = uuid4(), uuid4()
    session.add_all(GroupMember(member_id=each, group_id=forum.id, role=Role.MEMBER) for each in (writer, friend))
    session.commit()
    written = asked(writer, "POST", "", {"group_id": str(forum.id), "words": "Chess"})
    path = f"/{written['id']}"
    assert asked(writer, "PUT", f"{path}/words", {"words": CANAL})["words"] == CANAL
    assert asked(writer, "GET", f"{path}/similar") == {"items": []}
    assert asked(writer, "POST", f"{path}/posting")["state"] == "posted"
    supported = asked(friend, "PUT", f"{path}/support")
    assert (supported["support"], supported["you_support"], supported["is_yours"]) == (1, True, False)
    assert str(writer) not in str(supported)
    asked(friend, "DELETE", f"{path}/support")
    asked(friend, "PUT", f"{path}/support")
    ended = asked(writer, "POST", f"{path}/withdrawal", {"ending": "changed_mind"})
    assert (ended["state"], ended["ending"]) == ("withdrawn", "changed_mind")
    assert [each["words"] for each in asked(friend, "GET", f"?group={forum.id}")["items"]] == [CANAL]

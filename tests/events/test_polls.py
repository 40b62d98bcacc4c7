"""Polls of a group: opened, answered, closed once, and what each refuses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy.orm import Session

from services.events.errors import polls as errors
from services.events.errors.ideas import IdeaNotOpen
from services.events.errors.programme import TimeUnusable
from services.events.handlers import member_erased
from services.events.models import Group, GroupMember
from services.events.queries.polls import count
from services.events.schemas.polls import OptionDraft, VoteDraft
from services.events.use_cases import ideas
from services.events.use_cases.export import export_member
from services.events.use_cases.polls import add_option, hide_results
from services.events.use_cases.voting import vote
from shared.auth import Caller
from shared.contracts.members import MemberErased, Role
from shared.errors import ServiceError
from tests.conftest import Clock
from tests.events.activity_builders import member_of
from tests.events.builders import refused
from tests.events.poll_builders import DATES, THINGS, NewPoll, counts, options_of, poll_draft, say

Headers = dict[str, str]


def test_an_open_vote_is_changed_until_the_poll_closes(
    session: Session, new_poll: NewPoll, voter: Caller, clock: Clock
):
    poll = new_poll()
    say(session, poll, voter, clock(), 0)
    say(session, poll, voter, clock(), 1)
    assert counts(session, poll) == [0, 1, 0]
    clock.go_on(days=7)
    assert refused(say, session, poll, voter, clock(), 0) is errors.PollClosed


@pytest.mark.parametrize("secret", [False, True])
@pytest.mark.parametrize(
    ("kind", "choices", "refusal"),
    [
        ("pick", (0, 1), errors.VoteUnusable),
        ("pick", (), errors.VoteUnusable),
        ("approve", (0, 0), errors.VoteUnusable),
        ("rank", (0, 1, 0), errors.VoteUnusable),
        ("approve", (0, 1), None),
        ("rank", (2, 1), None),
    ],
)
def test_what_is_no_answer_to_this_poll_is_refused(
    session: Session,
    new_poll: NewPoll,
    voter: Caller,
    clock: Clock,
    kind: str,
    choices: tuple[int, ...],
    refusal: type[ServiceError] | None,
    *,
    secret: bool,
):
    poll = new_poll(kind=kind, is_secret=secret)
    assert refused(say, session, poll, voter, clock(), *choices) is refusal
    assert count(session, poll).cast == (refusal is None)


def test_an_option_of_another_poll_and_a_yes_to_no_date_are_refused(
    session: Session, new_poll: NewPoll, voter: Caller, clock: Clock
):
    poll, dates = new_poll(), new_poll(kind="dates")
    [other, *_] = new_poll().options
    assert (
        refused(vote, session, poll.id, VoteDraft(choices=[other.id]), caller=voter, now=clock()) is errors.NoSuchOption
    )
    assert refused(say, session, poll, voter, clock(), dates=["yes"]) is errors.VoteUnusable
    assert refused(say, session, dates, voter, clock(), 0) is errors.VoteUnusable


def test_an_option_takes_as_many_as_it_says_and_who_has_it_keeps_it(
    session: Session, group: Group, new_poll: NewPoll, voter: Caller, clock: Clock
):
    limited = [{"words": "Chess", "most": 1}, {"words": "A walk"}]
    for secret in (False, True):
        poll = new_poll(options=limited, is_secret=secret)
        say(session, poll, voter, clock(), 0)
        assert refused(say, session, poll, member_of(session, group), clock(), 0) is errors.OptionFull
    say(session, new_poll(options=limited), voter, clock(), 0)
    poll = new_poll(options=limited)
    for _ in range(2):
        say(session, poll, voter, clock(), 0)
    assert count(session, poll).cast == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"options": THINGS[:1]}, "at least 2"),
        ({"options": [{"words": f"Thing {n}"} for n in range(1000)]}, "at most 30"),
        ({"options": [THINGS[0], THINGS[0]]}, "twice"),
        ({"options": DATES}, "start and an end"),
        ({"kind": "dates", "options": THINGS}, "start and an end"),
        ({"kind": "dates", "is_secret": True}, "signed up"),
        ({"needs_host": True}, "only a date"),
        ({"kind": "rank", "options": [{"words": "Chess", "most": 1}, THINGS[1]]}, "full"),
        ({"question": "\u200b"}, "few words"),
        ({"needs": 0}, "greater than or equal to 1"),
    ],
)
def test_polls_that_cannot_be_are_refused_by_name(group: Group, clock: Clock, fields: dict[str, Any], says: str):
    with pytest.raises(ValidationError, match=says):
        poll_draft(group, clock(), **fields)


def test_a_deadline_must_be_to_come_and_a_date_after_it(new_poll: NewPoll, clock: Clock):
    for days in (-1, 0, 400):
        assert refused(new_poll, closes_at=clock() + timedelta(days=days)) is errors.DeadlineUnusable
    assert refused(new_poll, kind="dates", closes_at=clock() + timedelta(days=60)) is TimeUnusable


def test_words_in_any_script_are_options(session: Session, new_poll: NewPoll, voter: Caller, clock: Clock):
    poll = new_poll(options=[{"words": "🎬🍿"}, {"words": "ليلة أفلام"}])
    say(session, poll, voter, clock(), 1)
    assert {option.words for option in poll.options} == {"🎬🍿", "ليلة أفلام"}


def test_voters_add_options_where_the_poll_says_so(session: Session, new_poll: NewPoll, voter: Caller, clock: Clock):
    swim = OptionDraft(words="Climbing")
    fixed, poll = new_poll(voters_add=False), new_poll()
    assert refused(add_option, session, fixed.id, swim, caller=voter, now=clock()) is errors.OptionsAreFixed
    for words in ("Climbing", "climbing"):
        add_option(session, poll.id, OptionDraft(words=words), caller=voter, now=clock())
    assert [option.words for option in options_of(poll)] == ["Chess", "A walk", "Swimming", "Climbing"]
    say(session, poll, voter, clock(), 3)
    for number in range(26):
        add_option(session, poll.id, OptionDraft(words=f"Thing {number}"), caller=voter, now=clock())
    assert refused(add_option, session, poll.id, swim, caller=voter, now=clock()) is errors.TooManyOptions


def test_an_idea_becomes_an_option_and_the_option_outlives_it(
    session: Session, group: Group, new_poll: NewPoll, maker: Caller, voter: Caller, clock: Clock
):
    idea = ideas.write_idea(session, group.id, "Canal walk", caller=voter, now=clock())
    options = [{"idea_id": idea.id}, THINGS[0]]
    assert refused(new_poll, options=[{"idea_id": uuid4()}, THINGS[0]]) is not None
    ideas.post_idea(session, idea.id, caller=voter)
    poll = new_poll(options=options)
    ideas.support_idea(session, idea.id, caller=maker)
    ideas.withdraw_idea(session, idea.id, ideas.Ending.DONE, "", caller=voter)
    assert refused(new_poll, options=options) is IdeaNotOpen
    member_erased(session, MemberErased(erasure_id=uuid4(), member_id=idea.member_id), clock.at)
    session.refresh(poll)
    assert {(option.words, option.idea_id) for option in poll.options} == {("Canal walk", None), ("Chess", None)}


def test_hiding_goes_one_way_and_not_after_the_first_vote(
    session: Session, new_poll: NewPoll, maker: Caller, voter: Caller, clock: Clock
):
    poll, other = new_poll(), new_poll()
    assert refused(hide_results, session, poll.id, caller=voter, now=clock()) is errors.NotYourPoll
    assert hide_results(session, poll.id, caller=maker, now=clock()).hides_results
    say(session, other, voter, clock(), 0)
    assert refused(hide_results, session, other.id, caller=maker, now=clock()) is errors.VotesWereCast


def test_d17_the_export_tells_votes_in_words_and_that_a_secret_one_cannot_be_found(
    session: Session, new_poll: NewPoll, voter: Caller, clock: Clock
):
    assert voter.member_id is not None
    say(session, new_poll(kind="rank"), voter, clock(), 2, 0)
    say(session, new_poll(kind="dates"), voter, clock(), dates=["no", "yes"], hosts=[1])
    say(session, new_poll(is_secret=True), voter, clock(), 1)
    told = {part.heading: part.rows for part in export_member(session, voter.member_id).parts}
    votes = [row for heading, rows in told.items() if heading.startswith("What you answered") for row in rows]
    assert {row.get("You chose") for row in votes} == {"Swimming, Chess", None}
    assert {row.get("You can host") for row in votes} == {"18:30 on 11 December 2026", None}
    [secret] = [rows for heading, rows in told.items() if heading.startswith("Secret polls")]
    assert secret == [{"Question": "What next?"}]


def test_from_a_phone(
    client: TestClient, session: Session, as_member: Callable[..., Headers], forum: Group, clock: Clock
):
    def asked(who: Any, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        headers = as_member(who, {forum.id: Role.MEMBER})
        answer = client.request(method, f"/polls{path}", headers=headers, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    maker, voter = uuid4(), uuid4()
    session.add_all(GroupMember(member_id=each, group_id=forum.id, role=Role.MEMBER) for each in (maker, voter))
    session.commit()
    draft = poll_draft(forum, clock(), hides_results=True).model_dump(mode="json", exclude_none=True)
    poll = asked(maker, "POST", "", draft, 201)
    assert "shown when it closes" in poll["words"]
    path, choice = f"/{poll['id']}", poll["options"][0]["id"]
    seen = asked(voter, "PUT", f"{path}/vote", {"choices": [choice]})
    assert (seen["voted"], seen["your_vote"]["choices"], seen["undecided"], seen["result"]) == (True, [choice], 1, None)
    assert str(maker) not in str(seen)
    closed = asked(maker, "POST", f"{path}/closing")
    assert (closed["is_open"], closed["result"]["winners"]) == (False, [choice])
    assert [each["id"] for each in asked(voter, "GET", f"?group={forum.id}")["items"]] == [poll["id"]]
    assert asked(voter, "PUT", f"{path}/vote", {"choices": [choice]}, 409)["type"] == "urn:afterhours:poll-closed"

"""What members decide about what reaches them. Each path is there twice: for oneself, and for whom one is helping."""

from fastapi import Response

from services.members import use_cases
from services.members.models import Via
from services.members.routes.dependencies import MemberCaller, TheHouse
from services.members.routes.whom import Whom, named
from services.members.schemas.choices import Answers, Choices, ChoicesEdit, ConsentView, WordingView
from services.members.wordings import wording
from shared.web import IfMatch, InTransaction, Now, Page, router, tag, versions_in

my_choices = router(prefix="/me", tags=["choices"])
choices_of_a_member = router(prefix="/members/{member_id}", tags=["choices"], dependencies=[named])
wordings = router(prefix="/wordings", tags=["choices"])


@my_choices.get("/choices")
@choices_of_a_member.get("/choices")
def read_choices(response: Response, session: InTransaction, whom: Whom, house: TheHouse) -> Choices:
    """All of it. Its ETag is what to send as If-Match with a change."""
    return _tagged(response, use_cases.read_choices(session, whom, house=house))


@my_choices.patch("/choices")
@choices_of_a_member.patch("/choices")
def change_choices(
    *,
    edit: ChoicesEdit,
    response: Response,
    session: InTransaction,
    now: Now,
    whom: Whom,
    house: TheHouse,
    if_match: IfMatch = None,
) -> Choices:
    """Change some of it."""
    changed = use_cases.change_choices(session, whom, edit, seen=versions_in(if_match), house=house, now=now)
    return _tagged(response, changed)


@my_choices.get("/consents")
@choices_of_a_member.get("/consents")
def read_consents(session: InTransaction, whom: Whom, after: str | None = None, limit: int = 50) -> Page[ConsentView]:
    """Everything ever said yes and no to, in plain words, the oldest first."""
    items, following = use_cases.read_consents(session, whom, after=after, limit=limit)
    return Page(items=items, next=following)


@my_choices.put("/consents")
@choices_of_a_member.put("/consents")
def say_consents(
    *,
    answers: Answers,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: MemberCaller,
    whom: Whom,
    house: TheHouse,
) -> Choices:
    """Say yes or no, to each purpose on each channel by itself. What is left out stays as it is."""
    assert caller.member_id is not None
    via = answers.via if whom == caller.member_id else Via.WORKER
    use_cases.say_consents(session, whom, answers.items, recorded_by=caller.member_id, via=via, house=house, now=now)
    return _tagged(response, use_cases.read_choices(session, whom, house=house))


@wordings.get("/{version}")
async def read_wording(version: str) -> WordingView:
    """The words that people were shown, in the version of that name."""
    return WordingView(version=version, words=wording(version))


def _tagged(response: Response, choices: Choices) -> Choices:
    tag(response, choices.version)
    return choices

"""What the programme asks of members: what must be said, who hears of it, and what a yes needs."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from services.events.draw_quotas import Quota
from services.events.errors.activities import NoSuchGroup
from services.events.errors.opportunities import (
    AdviserFirst,
    AlreadyPublished,
    ConsentFirst,
    FactsMissing,
    NoSuchOpportunity,
    OpportunityChanged,
    RepliesClosed,
    TraitNotOffered,
    WorkersOnly,
)
from services.events.errors.programme import NotYourProgramme, TimeUnusable
from services.events.models import Group, OpportunityReply, Reply, Standing
from services.events.schemas.opportunities import Facts, OpportunityDraft, OpportunityEdit, OpportunityView, Rung
from services.events.use_cases.opportunities import (
    change_opportunity,
    draft_opportunity,
    find_opportunity,
    let_in,
    publish_opportunity,
)
from services.events.use_cases.replies import withdraw
from shared.auth import Caller
from shared.contracts.events import OpportunityOpened
from shared.contracts.members import Duty, Role, Visibility
from tests.conftest import Clock
from tests.events.builders import given_group, given_member, told
from tests.events.opportunity_builders import (
    WORKER,
    drafted,
    given_opportunity,
    given_yes,
    holders,
    member,
    says,
)

OTHER_WORKER = Caller("members", uuid4(), duties=frozenset({Duty.WORKER}))


def edit(**facts: object) -> OpportunityEdit:
    return OpportunityEdit(facts=Facts.model_validate(facts))


def test_i1_every_missing_fact_is_named_at_once(session: Session, clock: Clock):
    draft = OpportunityDraft(title="Help us", closes_at=clock.at + timedelta(days=1), draws_at=clock.at + timedelta(2))
    opportunity = draft_opportunity(session, draft, caller=WORKER)
    with pytest.raises(FactsMissing) as refused:
        publish_opportunity(session, opportunity.id, caller=WORKER, now=clock.at)
    assert len(refused.value.extra["missing"]) == 12
    assert "what happened last time" in refused.value.detail
    assert told(session) == []


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ({"why": ""}, "why it is asked"),
        ({"rung": None}, "which rung of the ladder it is"),
        ({"pay_pence": None}, "what is paid (0 with the reason)"),
        ({"pay_pence": 0}, "why nothing is paid"),
        ({"adviser": ""}, "whom to ask about benefits"),
        ({"places": None}, "how many places are drawn"),
    ],
)
def test_i9_one_missing_fact_is_enough_to_refuse(
    session: Session, group: Group, clock: Clock, lacking: dict[str, object], words: str
):
    opportunity = draft_opportunity(session, drafted([group], clock.at, **lacking), caller=WORKER)
    with pytest.raises(FactsMissing) as refused:
        publish_opportunity(session, opportunity.id, caller=WORKER, now=clock.at)
    assert refused.value.extra["missing"] == [words]


def test_nothing_paid_is_published_with_its_reason(session: Session, group: Group, clock: Clock):
    assert given_opportunity(session, group, clock.at, pay_pence=0, pay_reason="It is a visit.").is_open


def test_i2_the_rung_stays_as_it_was_published(session: Session, group: Group, clock: Clock):
    opportunity = draft_opportunity(session, drafted([group], clock.at), caller=WORKER)
    change_opportunity(session, opportunity.id, edit(rung="consultation"), caller=WORKER, seen={0})
    publish_opportunity(session, opportunity.id, caller=WORKER, now=clock.at)
    for change in (edit(rung="co_production"), edit(pay_pence=0), OpportunityEdit(title="Another")):
        with pytest.raises(AlreadyPublished):
            change_opportunity(session, opportunity.id, change, caller=WORKER, seen=None)
    assert opportunity.facts["rung"] == Rung.CONSULTATION
    with pytest.raises(OpportunityChanged):
        change_opportunity(session, opportunity.id, edit(prep=uuid4()), caller=WORKER, seen={0})


def test_quotas_can_be_loosened_once_members_have_read_them_and_not_tightened(
    session: Session, group: Group, clock: Clock
):
    woman = Quota("gender", "woman", 1)
    opportunity = given_opportunity(session, group, clock.at, quotas=[woman])
    tighter = ([Quota("gender", "woman", 2)], [Quota("gender", "woman", 1, 1)], [woman, Quota("gender", "man", 1)])
    for quotas in tighter:
        with pytest.raises(AlreadyPublished):
            change_opportunity(session, opportunity.id, edit(quotas=quotas), caller=WORKER, seen=None)
    change_opportunity(session, opportunity.id, edit(quotas=[]), caller=WORKER, seen=None)
    assert opportunity.facts["quotas"] == []


def test_only_a_worker_asks_and_only_the_one_who_runs_it_goes_on_with_it(session: Session, group: Group, clock: Clock):
    with pytest.raises(WorkersOnly):
        draft_opportunity(session, drafted([group], clock.at), caller=member(given_member(session, group)))
    draft = draft_opportunity(session, drafted([group], clock.at), caller=WORKER)
    for stranger in (OTHER_WORKER, member(given_member(session, group))):
        with pytest.raises(NoSuchOpportunity):
            publish_opportunity(session, draft.id, caller=stranger, now=clock.at)
    draft.run_by = None
    session.flush()
    assert publish_opportunity(session, draft.id, caller=OTHER_WORKER, now=clock.at).is_open


def test_open_groups_hear_at_once_and_closed_ones_when_their_convenor_lets_it_in(session: Session, clock: Clock):
    open_one, closed = given_group(session, "open"), given_group(session, "closed", Visibility.CLOSED)
    opportunity = draft_opportunity(session, drafted([open_one, closed], clock.at), caller=WORKER)
    publish_opportunity(session, opportunity.id, caller=WORKER, now=clock.at)
    inside, of_closed = given_member(session, open_one), given_member(session, closed)
    assert find_opportunity(session, opportunity.id, member(inside)) is opportunity
    with pytest.raises(NoSuchOpportunity):
        find_opportunity(session, opportunity.id, member(of_closed))
    convenor = Caller("members", given_member(session, closed, Role.CONVENOR), roles={closed.id: Role.CONVENOR})
    for _ in range(2):
        let_in(session, opportunity.id, closed.id, caller=convenor, now=clock.at)
    assert find_opportunity(session, opportunity.id, member(of_closed)) is opportunity
    assert told(session) == [
        OpportunityOpened(opportunity_id=opportunity.id, group_id=it.id) for it in (open_one, closed)
    ]


def test_a_hidden_group_is_nonsense_to_a_worker_and_hears_by_its_own_convenor_alone(session: Session, clock: Clock):
    hidden, forum = given_group(session, "quiet", Visibility.HIDDEN), given_group(session)
    with pytest.raises(NoSuchGroup):
        draft_opportunity(session, drafted([hidden], clock.at), caller=WORKER)
    opportunity = given_opportunity(session, forum, clock.at)
    elsewhere = Caller("members", given_member(session, forum, Role.CONVENOR), roles={forum.id: Role.CONVENOR})
    with pytest.raises(NoSuchGroup):
        let_in(session, opportunity.id, hidden.id, caller=elsewhere, now=clock.at)
    own_member = Caller(
        "members", given_member(session, hidden), roles={hidden.id: Role.MEMBER, uuid4(): Role.CONVENOR}
    )
    with pytest.raises(NotYourProgramme):
        let_in(session, opportunity.id, hidden.id, caller=own_member, now=clock.at)
    own = Caller("members", given_member(session, hidden, Role.CONVENOR), roles={hidden.id: Role.CONVENOR})
    let_in(session, opportunity.id, hidden.id, caller=own, now=clock.at)
    assert given_yes(session, opportunity, hidden, clock.at)


@pytest.mark.parametrize(
    ("lacking", "refusal"),
    [
        ({"adviser_shown": False}, AdviserFirst),
        ({"consent": None}, ConsentFirst),
        ({"consent": "1999-01"}, ConsentFirst),
        ({"stated": {"gender": "neither"}}, TraitNotOffered),
        ({"stated": {"height": "tall"}}, TraitNotOffered),
    ],
)
def test_i10_a_yes_needs_the_adviser_shown_the_words_read_and_states_what_is_asked(
    session: Session, group: Group, clock: Clock, lacking: dict[str, object], refusal: type[Exception]
):
    opportunity = given_opportunity(session, group, clock.at)
    with pytest.raises(refusal):
        given_yes(session, opportunity, group, clock.at, **lacking)


def test_a_yes_after_the_deadline_is_too_late_and_a_no_never_is(session: Session, group: Group, clock: Clock):
    opportunity = given_opportunity(session, group, clock.at)
    anybody = given_member(session, group)
    clock.go_on(days=7)
    with pytest.raises(RepliesClosed):
        says(session, opportunity, anybody, clock.at)
    says(session, opportunity, anybody, clock.at, reply=Reply.NO)
    assert session.get_one(OpportunityReply, (opportunity.id, anybody)).reply == Reply.NO


def test_d30_a_withdrawal_takes_back_all_that_was_said_and_is_kept_as_a_no(
    session: Session, group: Group, clock: Clock
):
    opportunity = given_opportunity(session, group, clock.at)
    who = given_yes(session, opportunity, group, clock.at, stated={"gender": "woman"}, conflict=True)
    said = session.get_one(OpportunityReply, (opportunity.id, who))
    assert (said.number or 0) >= 1000
    withdraw(session, opportunity.id, caller=member(who), now=clock.at)
    assert (said.reply, said.number, said.stated, said.consent, said.conflict) == (Reply.NO, None, {}, None, False)


def test_where_all_who_want_have_a_place_a_yes_is_one_and_prep_is_told_to_those_alone(
    session: Session, group: Group, clock: Clock
):
    prep = uuid4()
    opportunity = given_opportunity(session, group, clock.at, how="all", places=None, prep=prep)
    who = given_yes(session, opportunity, group, clock.at)
    given_yes(session, opportunity, group, clock.at, conflict=True)
    assert holders(session, opportunity) == {who: Standing.PLACE}
    assert OpportunityView.of(opportunity, tells_all=True).facts.prep == prep
    assert OpportunityView.of(opportunity, tells_all=False).facts.prep is None


def test_a_quota_is_for_what_can_be_stated_and_a_draw_for_when_nobody_answers_any_more(
    session: Session, group: Group, clock: Clock
):
    neither = [Quota("gender", "neither", 1)]
    with pytest.raises(TraitNotOffered):
        draft_opportunity(session, drafted([group], clock.at, quotas=neither), caller=WORKER)
    opportunity = draft_opportunity(session, drafted([group], clock.at), caller=WORKER)
    with pytest.raises(TraitNotOffered):
        change_opportunity(session, opportunity.id, edit(quotas=neither), caller=WORKER, seen=None)
    with pytest.raises(TimeUnusable):
        change_opportunity(session, opportunity.id, OpportunityEdit(draws_at=clock.at), caller=WORKER, seen=None)


@pytest.mark.parametrize(
    "quotas", [[Quota("a", "b", 2, 1)], [Quota("a", "b", -1)], [Quota("a", "b"), Quota("a", "b", 1)]]
)
def test_a_quota_that_cannot_be_read_is_refused(quotas: list[Quota]):
    with pytest.raises(ValueError, match="quota"):
        Facts.model_validate({"quotas": quotas})

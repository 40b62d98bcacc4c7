"""The draw of an opportunity, from the list to the receipt, and what becomes of a place that comes free."""

from datetime import timedelta
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.draw_quotas import Quota
from services.events.draw_seed import digest_of
from services.events.errors.draws import NobodyToDraw, QuotasImpossible
from services.events.errors.opportunities import DrawNotYet, NothingDrawn
from services.events.handlers import member_erased, member_merged
from services.events.jobs import EventsWork, ask_next_reserves, draw_due_places
from services.events.models import Group, Opportunity, OpportunityReply, Reply, Standing, Turn
from services.events.schemas.opportunities import OpportunityView
from services.events.use_cases.drawing import draw_by_hand, draw_places
from services.events.use_cases.odds import odds_of, receipt_of, record_of
from services.events.use_cases.replies import withdraw
from shared.contracts.events import PlaceDrawn, ReserveAsked
from shared.contracts.members import MemberErased, MemberMerged
from shared.db import Sessions
from tests.conftest import Clock
from tests.events.builders import given_member, told
from tests.events.opportunity_builders import (
    WORKER,
    given_opportunity,
    given_yes,
    holders,
    member,
    reserves,
    says,
)

WOMAN = [Quota("gender", "woman", least=1)]


def given_draw(session: Session, group: Group, clock: Clock, people: int = 5) -> Opportunity:
    opportunity = given_opportunity(session, group, clock.at)
    for _ in range(people):
        given_yes(session, opportunity, group, clock.at)
    clock.go_on(days=8)
    draw_places(session, opportunity.id, clock.at)
    return opportunity


def asked(session: Session) -> list[UUID]:
    return [each.member_id for each in told(session) if isinstance(each, ReserveAsked)]


def test_the_odds_are_known_before_and_the_draw_keeps_them(session: Session, group: Group, clock: Clock):
    opportunity = given_opportunity(session, group, clock.at)
    digest = OpportunityView.of(opportunity, tells_all=False).seed_digest
    old_hand = given_member(session, group)
    session.add(
        Turn(opportunity_id=given_opportunity(session, group, clock.at).id, member_id=old_hand, had_at=clock.at)
    )
    says(session, opportunity, old_hand, clock.at)
    new = [given_yes(session, opportunity, group, clock.at) for _ in range(3)]
    before = odds_of(session, opportunity.id, caller=member(new[0]), now=clock.at)
    clock.go_on(days=8)
    draw_by_hand(session, opportunity.id, caller=WORKER, now=clock.at)
    record = record_of(session, opportunity.id, caller=member(new[0]))
    assert record.differences() == []
    assert record.seed_digest == digest == digest_of(record.seed)
    assert record.odds == {each.number: each.exactly for each in before.chances}
    assert sum(record.odds.values()) == 2
    assert (
        min(record.odds.values())
        == record.odds[session.get_one(OpportunityReply, (opportunity.id, old_hand)).number or 0]
    )
    assert before.yours in record.odds
    assert str(new[0]) not in record.model_dump_json()


def test_each_hears_what_became_of_them_in_plain_words(session: Session, group: Group, clock: Clock):
    opportunity = given_draw(session, group, clock)
    first = reserves(session, opportunity)[0]
    assert receipt_of(session, opportunity.id, caller=member(first)).words == (
        "5 people wanted 2 places. Your chance was 2 in 5, because you were drawn for no place in the last 24 months, "
        "which gives you 60 tickets (60 is the most). You were not drawn; you are the first reserve."
    )
    winner = next(iter(holders(session, opportunity)))
    assert "You were drawn" in receipt_of(session, opportunity.id, caller=member(winner)).words
    drawn = {each.member_id for each in told(session) if isinstance(each, PlaceDrawn)}
    assert drawn == holders(session, opportunity).keys() == set(session.scalars(select(Turn.member_id)))


def test_what_was_stated_is_in_the_record_alone_and_a_conflict_is_not_drawn(
    session: Session, group: Group, clock: Clock
):
    opportunity = given_opportunity(session, group, clock.at, quotas=WOMAN)
    woman = given_yes(session, opportunity, group, clock.at, stated={"gender": "woman"})
    conflicted = given_yes(session, opportunity, group, clock.at, conflict=True)
    for _ in range(3):
        given_yes(session, opportunity, group, clock.at)
    clock.go_on(days=8)
    draw_places(session, opportunity.id, clock.at)
    assert holders(session, opportunity)[woman] == Standing.PLACE
    assert conflicted not in {*holders(session, opportunity), *reserves(session, opportunity)}
    assert "conflict of interest" in receipt_of(session, opportunity.id, caller=member(conflicted)).words
    assert [each.stated for each in session.scalars(select(OpportunityReply))] == [{}] * 5


def test_a_draw_before_the_deadline_is_too_early(session: Session, group: Group, clock: Clock):
    opportunity = given_opportunity(session, group, clock.at)
    given_yes(session, opportunity, group, clock.at)
    with pytest.raises(DrawNotYet):
        draw_by_hand(session, opportunity.id, caller=WORKER, now=clock.at)


def test_with_fewer_people_than_places_all_have_one(session: Session, group: Group, clock: Clock):
    opportunity = given_draw(session, group, clock, people=1)
    (only,) = holders(session, opportunity)
    assert receipt_of(session, opportunity.id, caller=member(only)).words.startswith(
        "1 person wanted 2 places. Your chance was certain"
    )


def test_forty_one_people_are_drawn_as_exactly_as_forty(session: Session, group: Group, clock: Clock):
    opportunity = given_draw(session, group, clock, people=41)
    record = record_of(session, opportunity.id, caller=WORKER)
    assert set(record.odds.values()) == {Fraction(2, 41)}


def test_impossible_quotas_and_nobody_are_said_to_the_worker_before_the_draw(
    session: Session, group: Group, clock: Clock
):
    opportunity = given_opportunity(session, group, clock.at, quotas=WOMAN)
    given_yes(session, opportunity, group, clock.at, conflict=True)
    with pytest.raises(NobodyToDraw):
        odds_of(session, opportunity.id, caller=WORKER, now=clock.at)
    given_yes(session, opportunity, group, clock.at, stated={"gender": "man"})
    with pytest.raises(QuotasImpossible, match="ask for any number of “gender: woman”"):
        odds_of(session, opportunity.id, caller=WORKER, now=clock.at)


def test_who_was_not_in_it_sees_neither_odds_nor_record_nor_receipt(session: Session, group: Group, clock: Clock):
    opportunity = given_draw(session, group, clock)
    onlooker = member(given_member(session, group))
    for look in (record_of, receipt_of):
        with pytest.raises(NothingDrawn):
            look(session, opportunity.id, caller=onlooker)


def test_the_job_draws_when_it_is_time_and_leaves_what_cannot_be_drawn(
    database: Sessions, session: Session, group: Group, clock: Clock
):
    opportunity, hopeless = (given_opportunity(session, group, clock.at, quotas=it) for it in ([], WOMAN))
    for each in (opportunity, hopeless):
        given_yes(session, each, group, clock.at)
    session.commit()
    work = EventsWork("events", database, clock, weeks=4, timezone="Europe/London")
    draw_due_places(work)
    assert holders(session, opportunity) == {}
    clock.go_on(days=8)
    for _ in range(2):
        draw_due_places(work)
    session.expire_all()
    assert len(holders(session, opportunity)) == 1
    assert hopeless.drawn_at is None


def test_d30_a_place_given_back_is_offered_to_the_first_reserve_and_is_no_turn(
    session: Session, group: Group, clock: Clock
):
    opportunity = given_draw(session, group, clock)
    leaver, stays = holders(session, opportunity)
    first = reserves(session, opportunity)[0]
    before = len(told(session))
    withdraw(session, opportunity.id, caller=member(leaver), now=clock.at)
    assert holders(session, opportunity) == {stays: Standing.PLACE, first: Standing.ASKED}
    assert told(session)[before:] == [ReserveAsked(opportunity_id=opportunity.id, member_id=first)]
    assert set(session.scalars(select(Turn.member_id))) == {stays}
    says(session, opportunity, first, clock.at)
    assert holders(session, opportunity) == {stays: Standing.PLACE, first: Standing.PLACE}
    assert set(session.scalars(select(Turn.member_id))) == {stays, first}


def test_a_reserve_who_says_no_or_nothing_is_followed_by_the_next(
    database: Sessions, session: Session, group: Group, clock: Clock
):
    opportunity = given_draw(session, group, clock)
    leaver, stays = holders(session, opportunity)
    first, second, third = reserves(session, opportunity)
    withdraw(session, opportunity.id, caller=member(leaver), now=clock.at)
    says(session, opportunity, first, clock.at, reply=Reply.NO)
    assert holders(session, opportunity) == {stays: Standing.PLACE, second: Standing.ASKED}
    session.commit()
    clock.go_on(days=3)
    ask_next_reserves(EventsWork("events", database, clock, weeks=4, timezone="Europe/London"))
    session.expire_all()
    assert holders(session, opportunity) == {stays: Standing.PLACE, third: Standing.ASKED}
    assert asked(session) == [first, second, third]
    assert session.get_one(OpportunityReply, (opportunity.id, second)).reply == Reply.YES
    assert "went to the next reserve" in receipt_of(session, opportunity.id, caller=member(second)).words


def test_the_reserve_who_is_asked_keeps_the_quotas(session: Session, group: Group, clock: Clock):
    opportunity = given_opportunity(session, group, clock.at, quotas=WOMAN, places=1)
    women = {given_yes(session, opportunity, group, clock.at, stated={"gender": "woman"}) for _ in range(2)}
    for _ in range(4):
        given_yes(session, opportunity, group, clock.at, stated={"gender": "man"})
    clock.go_on(days=8)
    draw_places(session, opportunity.id, clock.at)
    (drawn,) = holders(session, opportunity)
    withdraw(session, opportunity.id, caller=member(drawn), now=clock.at)
    assert holders(session, opportunity).keys() == women - {drawn}


def test_who_is_erased_after_the_draw_leaves_the_place_to_a_reserve_and_the_record_stands(
    session: Session, group: Group, clock: Clock
):
    opportunity = given_draw(session, group, clock)
    gone, stays = holders(session, opportunity)
    first = reserves(session, opportunity)[0]
    member_erased(session, MemberErased(erasure_id=uuid4(), member_id=gone), clock.at)
    assert holders(session, opportunity) == {stays: Standing.PLACE, first: Standing.ASKED}
    assert record_of(session, opportunity.id, caller=member(stays)).differences() == []
    assert receipt_of(session, opportunity.id, caller=member(stays)).words.startswith("5 people")


def test_two_records_of_one_person_have_one_yes_and_the_better_place(session: Session, group: Group, clock: Clock):
    opportunity = given_draw(session, group, clock)
    winner, other = holders(session, opportunity)
    first, second, _ = reserves(session, opportunity)
    member_merged(session, MemberMerged(kept_id=first, gone_id=winner), clock.at)
    assert holders(session, opportunity) == {first: Standing.PLACE, other: Standing.PLACE}
    member_merged(session, MemberMerged(kept_id=first, gone_id=other), clock.at + timedelta(hours=1))
    assert holders(session, opportunity) == {first: Standing.PLACE, second: Standing.ASKED}
    assert set(session.scalars(select(Turn.member_id))) == {first}

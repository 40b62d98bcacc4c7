"""What the programme asks of members: drafted and published by a worker, let in by groups."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.draw_quotas import Quota
from services.events.errors.activities import NoSuchGroup
from services.events.errors.opportunities import (
    AlreadyPublished,
    FactsMissing,
    NoSuchOpportunity,
    OpportunityChanged,
    TraitNotOffered,
    WorkersOnly,
)
from services.events.errors.programme import NotYourProgramme, TimeUnusable
from services.events.models import AskedGroup, Opportunity
from services.events.queries.activities import group_by_id
from services.events.queries.opportunities import groups_to_ask, is_run_by, locked_opportunity, opportunities
from services.events.schemas.opportunities import Facts, OpportunityDraft, OpportunityEdit
from services.events.use_cases.running import refuse_erased
from shared.auth import Caller
from shared.contracts.events import OpportunityOpened
from shared.contracts.members import Duty, Visibility
from shared.messaging import publish_all

LATER_TOO = {"quotas", "prep", "debrief"}


def find_opportunity(session: Session, opportunity_id: UUID, caller: Caller) -> Opportunity:
    """One that the caller may know of; raises NoSuchOpportunity."""
    refuse_erased(session, caller)
    found = session.scalar(opportunities(caller).where(Opportunity.id == opportunity_id))
    if found is None:
        raise NoSuchOpportunity
    return found


def draft_opportunity(session: Session, draft: OpportunityDraft, *, caller: Caller) -> Opportunity:
    """Begin one, which only its worker sees.

    Raises WorkersOnly, TraitNotOffered for a quota of what nobody can state, or NoSuchGroup for a group that is not
    listed.
    """
    refuse_erased(session, caller)
    if Duty.WORKER not in caller.duties:
        raise WorkersOnly("Sign in with your second factor, if you are a worker.")
    groups = groups_to_ask(session, draft.groups)
    if len(groups) < len(set(draft.groups)):
        raise NoSuchGroup
    _refuse_odd_quotas(draft.facts)
    opportunity = Opportunity(
        run_by=caller.member_id,
        title=draft.title,
        facts=draft.facts.model_dump(mode="json"),
        closes_at=draft.closes_at,
        draws_at=draft.draws_at,
    )
    session.add(opportunity)
    session.flush()
    session.add_all(AskedGroup(opportunity_id=opportunity.id, group_id=group.id) for group in groups)
    return opportunity


def change_opportunity(
    session: Session, opportunity_id: UUID, edit: OpportunityEdit, *, caller: Caller, seen: Collection[int] | None
) -> Opportunity:
    """Change a draft; once published, loosen quotas before the draw, and tell of prep and debrief.

    Raises NoSuchOpportunity, WorkersOnly, OpportunityChanged, TraitNotOffered, TimeUnusable, or AlreadyPublished, which
    names what stays.
    """
    opportunity = to_run(session, opportunity_id, caller)
    if seen is not None and opportunity.version not in seen:
        raise OpportunityChanged("Look at it again, and then change it.")
    changes = edit.facts.model_dump(mode="json", exclude_unset=True)
    told = {name: value for name, value in edit if name != "facts" and value is not None}
    if opportunity.is_open:
        _refuse_to_rewrite(opportunity, {*changes, *told}, edit.facts)
    facts = Facts.model_validate(opportunity.facts | changes)
    _refuse_odd_quotas(facts)
    opportunity.facts = facts.model_dump(mode="json")
    for name, value in told.items():
        setattr(opportunity, name, value)
    if opportunity.draws_at < opportunity.closes_at:
        raise TimeUnusable("Draw when the time to answer is over: give a later `draws_at`.")
    opportunity.version += 1
    return opportunity


def publish_opportunity(session: Session, opportunity_id: UUID, *, caller: Caller, now: datetime) -> Opportunity:
    """Let members see it; said twice, it is done once. Open groups hear of it at once, others when they let it in.

    Raises NoSuchOpportunity, WorkersOnly, FactsMissing with all that is missing, or TimeUnusable.
    """
    opportunity = to_run(session, opportunity_id, caller)
    if opportunity.is_open:
        return opportunity
    missing = Facts.model_validate(opportunity.facts).missing()
    if missing:
        raise FactsMissing(f"Please say: {'; '.join(missing)}.", missing=missing)
    if opportunity.closes_at <= now:
        raise TimeUnusable("The time to answer is over already. Give a later `closes_at`.")
    opportunity.published_at, opportunity.seed = now, secrets.token_hex(32)
    _let_in(session, opportunity, _open_ones(session, opportunity.id), now)
    return opportunity


def let_in(session: Session, opportunity_id: UUID, group_id: UUID, *, caller: Caller, now: datetime) -> Opportunity:
    """Have a group hear of it, as its convenor. Raises NoSuchOpportunity, NoSuchGroup or NotYourProgramme."""
    opportunity = find_opportunity(session, opportunity_id, caller)
    if group_by_id(session, group_id, caller) is None:
        raise NoSuchGroup
    if not caller.is_convenor_of(group_id):
        raise NotYourProgramme("Ask a convenor of the group whether it wants to hear of this.")
    if not opportunity.is_open:
        raise NoSuchOpportunity
    _let_in(session, opportunity, [group_id], now)
    return opportunity


def to_run(session: Session, opportunity_id: UUID, caller: Caller) -> Opportunity:
    """One that the caller runs, locked; raises NoSuchOpportunity or WorkersOnly."""
    find_opportunity(session, opportunity_id, caller)
    if not is_run_by(session, opportunity_id, caller):
        raise WorkersOnly("Ask the worker who runs it.")
    return locked_opportunity(session, opportunity_id)


def _refuse_odd_quotas(facts: Facts) -> None:
    for quota in facts.quotas:
        if not facts.offers(quota.trait, quota.value):
            raise TraitNotOffered(f"Nobody is asked to state “{quota.trait}: {quota.value}”. Add it to the traits.")


def _refuse_to_rewrite(opportunity: Opportunity, names: set[str], wanted: Facts) -> None:
    fixed = sorted(names - LATER_TOO)
    if fixed:
        raise AlreadyPublished(f"It cannot be changed any more: {', '.join(fixed)}. Call for a new one instead.")
    if "quotas" not in names:
        return
    if opportunity.drawn_at is not None or not _are_looser(
        Facts.model_validate(opportunity.facts).quotas, wanted.quotas
    ):
        raise AlreadyPublished("Until the draw, quotas can be made looser, not tighter, and none can be added.")


def _are_looser(old: Sequence[Quota], new: Sequence[Quota]) -> bool:
    """Whether whatever keeps the old quotas keeps the new ones."""
    before = {(quota.trait, quota.value): quota for quota in old}
    return all(_is_looser(before.get((quota.trait, quota.value)), quota) for quota in new)


def _is_looser(old: Quota | None, new: Quota) -> bool:
    if old is None or new.least > old.least:
        return False
    return new.most is None or (old.most is not None and new.most >= old.most)


def _open_ones(session: Session, opportunity_id: UUID) -> Sequence[UUID]:
    named = session.scalars(select(AskedGroup.group_id).where(AskedGroup.opportunity_id == opportunity_id)).all()
    return [group.id for group in groups_to_ask(session, named) if group.visibility == Visibility.OPEN]


def _let_in(session: Session, opportunity: Opportunity, group_ids: Sequence[UUID], now: datetime) -> None:
    """Those that had not let it in yet are told."""
    new: list[UUID] = []
    for group_id in group_ids:
        keep = upsert(AskedGroup).values(opportunity_id=opportunity.id, group_id=group_id, let_in_at=now)
        first = keep.on_conflict_do_update(
            index_elements=["opportunity_id", "group_id"], set_={"let_in_at": now}, where=AskedGroup.let_in_at.is_(None)
        )
        new += session.scalars(first.returning(AskedGroup.group_id)).all()
    publish_all(session, [OpportunityOpened(opportunity_id=opportunity.id, group_id=each) for each in new], now=now)

"""Two records of one person become one, in two steps: somebody says which, reads what that does, and confirms it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.members.codes import Codes
from services.members.errors.merging import MergeRefused, NoSuchMerge
from services.members.errors.people import NobodysCard
from services.members.models import MERGE_LASTS, Action, Member, Merge
from services.members.names import quoted
from services.members.queries.base import locked_members, one_at_a_time
from services.members.queries.groups import groups_of, groups_with, lock_group, requests_of
from services.members.queries.people import workers_among
from services.members.queries.second_factors import authenticator_of, passkeys_of
from services.members.queries.sign_in import cards_of
from services.members.queries.vault import addresses_of
from services.members.schemas.helping import CardInHand, MergeDraft, MergeProposed
from services.members.use_cases import audit
from services.members.use_cases.cards import card_owner
from services.members.use_cases.granting import for_whom
from services.members.use_cases.house import House
from services.members.use_cases.merge_records import merge_records
from services.members.use_cases.preferences import preferences_now
from shared.auth import Caller
from shared.contracts.members import MemberMerged
from shared.errors import NotFound
from shared.messaging import publish


def propose_merge(session: Session, shown: CardInHand, caller: Caller, *, codes: Codes, now: datetime) -> MergeProposed:
    """Say that the record whose card one holds is one's own too. It would become part of the one signed in to."""
    assert caller.member_id is not None
    met = card_owner(session, shown, asker=str(caller.member_id), codes=codes, now=now)
    if met is None or met == caller.member_id:
        raise NobodysCard
    _refuse_found_cards(session, met)
    return _propose(session, caller.member_id, met, caller.member_id, now)


def propose_helped_merge(session: Session, draft: MergeDraft, caller: Caller, *, now: datetime) -> MergeProposed:
    """Say that two records are of the person one is helping, with the cards of both in hand."""
    _refuse_unless_helping(session, draft.keep_id, draft.gone_id, caller, now)
    assert caller.member_id is not None
    return _propose(session, draft.keep_id, draft.gone_id, caller.member_id, now)


def confirm_merge(session: Session, merge_id: UUID, caller: Caller, *, house: House, now: datetime) -> None:
    """Join the two records of a proposal of one's own, once; raises NoSuchMerge or MergeRefused.

    The proposal is taken when both are locked: taken first, two merges at once would wait for each other.
    """
    found = session.get(Merge, merge_id)
    if found is None or found.proposed_by != caller.member_id:
        raise NoSuchMerge
    keep_id, gone_id = found.keep_id, found.gone_id
    if caller.member_id != keep_id:
        _refuse_unless_helping(session, keep_id, gone_id, caller, now)
    members = _locked(session, keep_id, gone_id)
    this = delete(Merge).where(Merge.id == merge_id, Merge.proposed_at > now - MERGE_LASTS)
    taken = session.scalar(this.returning(Merge.id), execution_options={"synchronize_session": False})
    if taken is None or {keep_id, gone_id} - members.keys():
        raise NoSuchMerge
    if caller.member_id == keep_id:
        _refuse_found_cards(session, gone_id)
    _refuse_powers(session, keep_id, gone_id)
    merge_records(session, keep_id, gone_id, vault=house.vault, now=now)
    publish(session, preferences_now(session, members[keep_id]), now=now)
    publish(session, MemberMerged(kept_id=keep_id, gone_id=gone_id), now=now)
    subjects = [audit.Subject(keep_id), audit.Subject(gone_id)]
    audit.write(session, house.chain, found.proposed_by, Action.MERGED, subjects, reason="", now=now)
    session.execute(delete(Member).where(Member.id == gone_id))


def _propose(session: Session, keep_id: UUID, gone_id: UUID, by: UUID, now: datetime) -> MergeProposed:
    keep, gone = session.get_one(Member, keep_id), session.get_one(Member, gone_id)
    _refuse_powers(session, keep_id, gone_id)
    merge = Merge(keep_id=keep_id, gone_id=gone_id, proposed_by=by, proposed_at=now)
    session.add(merge)
    session.flush()
    groups = _shown_groups(session, gone_id) - _shown_groups(session, keep_id)
    here = {it.channel for it in addresses_of(session, [keep_id])}
    dropped = [it.channel in here for it in addresses_of(session, [gone_id])]
    return MergeProposed(
        id=merge.id,
        until=now + MERGE_LASTS,
        groups=len(groups),
        addresses=dropped.count(False),
        addresses_dropped=dropped.count(True),
        words=_in_words(keep, gone, len(groups), dropped),
    )


def _in_words(keep: Member, gone: Member, groups: int, dropped: list[bool]) -> list[str]:
    return [
        f"The record of {quoted(gone.name)} becomes part of that of {quoted(keep.name)}. This cannot be undone.",
        f"Groups that come along: {groups}.",
        f"Addresses that come along: {dropped.count(False)}.",
        f"Addresses that are forgotten, because the record that stays has one of the kind: {dropped.count(True)}.",
        "Cards, links and sign-ins of the record that goes work no more.",
    ]


def _shown_groups(session: Session, member_id: UUID) -> set[UUID]:
    """A helper may read the count, so that no hidden group is in it."""
    return {group.id for group, _ in groups_of(session, member_id) if not group.is_hidden}


def _refuse_unless_helping(session: Session, keep_id: UUID, gone_id: UUID, caller: Caller, now: datetime) -> None:
    """Raises NotFound: nobody joins a record of their own by helping, or one with itself."""
    if keep_id == gone_id or caller.member_id in {keep_id, gone_id}:
        raise NotFound
    for each in (keep_id, gone_id):
        for_whom(session, caller, each, now)


def _refuse_powers(session: Session, keep_id: UUID, gone_id: UUID) -> None:
    """Nobody gets past a second factor, or takes a worker into a group, by joining records."""
    if workers_among(session, [keep_id, gone_id]):
        raise MergeRefused("One of them is of somebody who works for the programme. That has to end first.")
    if passkeys_of(session, gone_id) or authenticator_of(session, gone_id):
        raise MergeRefused("The record that would go has a passkey or an app for codes. Keep that one instead.")


def _refuse_found_cards(session: Session, gone_id: UUID) -> None:
    """Only a card that enrols joins: a phone alone can ask for one, and whoever finds one ends the second factors."""
    if not any(card.enrols for card in cards_of(session, gone_id)):
        raise MergeRefused("Ask the office for a new card of that record, and show that one.")


def _locked(session: Session, keep_id: UUID, gone_id: UUID) -> dict[UUID, Member]:
    """Both members, in the order in which everybody waits: who adds, then groups, then members."""
    one_at_a_time(session)
    for group_id in sorted(set(_groups_about(session, [keep_id, gone_id]))):
        lock_group(session, group_id)
    return {member.id: member for member in locked_members(session, [keep_id, gone_id])}


def _groups_about(session: Session, ids: Iterable[UUID]) -> Iterable[UUID]:
    """The groups that somebody is in, or asks to join: there they may be voted on."""
    for member_id in ids:
        yield from groups_with(session, member_id)
        yield from (request.group_id for request in requests_of(session, member_id))

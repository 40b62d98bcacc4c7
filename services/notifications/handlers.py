from datetime import datetime

from sqlalchemy.orm import Session

from services.notifications.use_cases import planning
from services.notifications.use_cases.erasure import erase_member
from services.notifications.use_cases.keeping import keep_preferences
from services.notifications.use_cases.merging import merge_member
from shared.contracts.events import (
    Answer,
    CoverSettled,
    HostAsked,
    OccurrenceCancelled,
    OccurrenceConfirmed,
    OccurrenceDescribed,
    OccurrenceMoved,
    OccurrenceScheduled,
    OfferWithdrawn,
    PlaceOffered,
    RoleNeedsCover,
    RsvpChanged,
    WaitedForCalledOff,
)
from shared.contracts.members import MemberErased, MemberJoined, MemberMerged, PreferencesChanged, SignInCodeIssued
from shared.contracts.notifications import Erased
from shared.erasure import remember_erased
from shared.messaging import on, publish


def preferences_changed(session: Session, heard: PreferencesChanged, now: datetime) -> None:
    keep_preferences(session, heard, now)


def member_joined(session: Session, heard: MemberJoined, now: datetime) -> None:
    planning.welcome(session, heard.member_id, now)


def sign_in_code_issued(session: Session, heard: SignInCodeIssued, now: datetime) -> None:
    planning.send_code(session, heard, now)


def occurrence_scheduled(session: Session, heard: OccurrenceScheduled, now: datetime) -> None:
    planning.schedule(session, heard, now)


def occurrence_confirmed(session: Session, heard: OccurrenceConfirmed, now: datetime) -> None:
    planning.confirm(session, heard, now)


def occurrence_described(session: Session, heard: OccurrenceDescribed, _: datetime) -> None:
    planning.describe(session, heard)


def occurrence_moved(session: Session, heard: OccurrenceMoved, now: datetime) -> None:
    planning.move(session, heard, now)


def occurrence_cancelled(session: Session, heard: OccurrenceCancelled, now: datetime) -> None:
    planning.call_off(session, heard, now)


def waited_for_called_off(session: Session, heard: WaitedForCalledOff, now: datetime) -> None:
    planning.call_off_for(session, heard.occurrence_id, heard.member_id, now)


def host_asked(session: Session, heard: HostAsked, now: datetime) -> None:
    planning.ask_to_host(session, heard.member_id, now)


def rsvp_changed(session: Session, heard: RsvpChanged, now: datetime) -> None:
    if heard.answer is Answer.GOING:
        planning.coming(session, heard.occurrence_id, heard.member_id, now)
    else:
        planning.not_coming(session, heard.occurrence_id, heard.member_id)


def place_offered(session: Session, heard: PlaceOffered, now: datetime) -> None:
    planning.offer(session, heard, now)


def offer_withdrawn(session: Session, heard: OfferWithdrawn, _: datetime) -> None:
    planning.withdraw_offer(session, heard.occurrence_id, heard.member_id)


def role_needs_cover(session: Session, heard: RoleNeedsCover, now: datetime) -> None:
    planning.ask_to_help(session, heard, now)


def cover_settled(session: Session, heard: CoverSettled, _: datetime) -> None:
    planning.ask_no_more(session, heard.occurrence_id, heard.member_id)


def member_erased(session: Session, heard: MemberErased, now: datetime) -> None:
    remember_erased(session, heard.member_id, now)
    erase_member(session, heard.member_id, now)
    publish(session, Erased(erasure_id=heard.erasure_id), now=now)


def member_merged(session: Session, heard: MemberMerged, now: datetime) -> None:
    merge_member(session, heard.kept_id, heard.gone_id, now)


SUBSCRIPTIONS = [
    on(PreferencesChanged, preferences_changed),
    on(MemberJoined, member_joined),
    on(SignInCodeIssued, sign_in_code_issued),
    on(MemberErased, member_erased),
    on(MemberMerged, member_merged),
    on(OccurrenceScheduled, occurrence_scheduled),
    on(OccurrenceConfirmed, occurrence_confirmed),
    on(OccurrenceDescribed, occurrence_described),
    on(OccurrenceMoved, occurrence_moved),
    on(OccurrenceCancelled, occurrence_cancelled),
    on(WaitedForCalledOff, waited_for_called_off),
    on(HostAsked, host_asked),
    on(RsvpChanged, rsvp_changed),
    on(PlaceOffered, place_offered),
    on(OfferWithdrawn, offer_withdrawn),
    on(RoleNeedsCover, role_needs_cover),
    on(CoverSettled, cover_settled),
]

from datetime import datetime

from sqlalchemy.orm import Session

from services.members import use_cases
from shared.contracts import events, notifications
from shared.contracts.members import SignInAsked
from shared.contracts.notifications import DeliveryFailedForGood, StartReceived, StopReceived
from shared.messaging import on


def stop(session: Session, message: StopReceived, now: datetime) -> None:
    use_cases.stop_channel(session, message.member_id, message.channel, now=now)


def start(session: Session, message: StartReceived, now: datetime) -> None:
    use_cases.start_channel(session, message.member_id, message.channel, now=now)


def give_up(session: Session, message: DeliveryFailedForGood, now: datetime) -> None:
    use_cases.fail_channel(session, message.member_id, message.channel, now=now)


def issue_code(session: Session, message: SignInAsked, now: datetime) -> None:
    use_cases.issue_code(session, message.challenge_id, now=now)


def events_erased(session: Session, message: events.Erased, now: datetime) -> None:
    use_cases.note_answer(session, message.erasure_id, "events", now=now)


def notifications_erased(session: Session, message: notifications.Erased, now: datetime) -> None:
    use_cases.note_answer(session, message.erasure_id, "notifications", now=now)


SUBSCRIPTIONS = [
    on(StopReceived, stop),
    on(StartReceived, start),
    on(DeliveryFailedForGood, give_up),
    on(SignInAsked, issue_code),
    on(events.Erased, events_erased),
    on(notifications.Erased, notifications_erased),
]

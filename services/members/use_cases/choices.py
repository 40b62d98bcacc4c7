from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.members.consent import agreed
from services.members.errors.choices import ChoiceUnusable
from services.members.errors.people import MeChanged, NoSuchMember
from services.members.models import Member
from services.members.queries.consents import last_said
from services.members.schemas.choices import Choices, ChoicesEdit
from services.members.use_cases.house import House, require_offered
from services.members.use_cases.preferences import member_locked, preferences_now, telling
from services.members.wordings import CURRENT

LONGEST_PAUSE = timedelta(days=366)


def read_choices(session: Session, member_id: UUID, *, house: House) -> Choices:
    """All that a member decides about what reaches them."""
    member = session.get(Member, member_id)
    if member is None:
        raise NoSuchMember("Sign in again.")
    return _choices(session, member, house)


def change_choices(
    session: Session,
    member_id: UUID,
    edit: ChoicesEdit,
    *,
    seen: Collection[int] | None,
    house: House,
    now: datetime,
) -> Choices:
    """Change some of it. `seen` are the versions of what the caller would change, None for any."""
    member = member_locked(session, member_id)
    if seen is not None and _choices(session, member, house).version not in seen:
        raise MeChanged
    _check(edit, member, house, now)
    with telling(session, member, now):
        for name, value in edit.said().items():
            setattr(member, name, value)
    return _choices(session, member, house)


def _choices(session: Session, member: Member, house: House) -> Choices:
    return Choices(
        channels=list(preferences_now(session, member).channels),
        channels_offered=list(house.channels),
        preferred_channel=member.preferred_channel,
        consents={
            purpose: list(channels)
            for purpose, channels in agreed(last_said(session, [member.id]), house.channels).items()
        },
        wording=CURRENT,
        quiet_from=member.quiet_from,
        quiet_until=member.quiet_until,
        timezone=member.timezone,
        paused_until=member.paused_until,
        asks_a_month=member.asks_a_month,
        interests=member.interests,
        interests_offered=list(house.interests),
        languages=[member.language, *member.other_languages],
    )


def _check(edit: ChoicesEdit, member: Member, house: House, now: datetime) -> None:
    if "preferred_channel" in edit.model_fields_set:
        require_offered(edit.preferred_channel, house)
    today = now.astimezone(ZoneInfo(member.timezone)).date()
    if edit.paused_until is not None and edit.paused_until > today + LONGEST_PAUSE:
        raise ChoiceUnusable("A pause lasts a year at most. Choose a day within the next year.")
    unknown = set(edit.interests) - {*house.interests, *member.interests}
    if unknown:
        raise ChoiceUnusable(f"Choose from: {', '.join(house.interests)}.")

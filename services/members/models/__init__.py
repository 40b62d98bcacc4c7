"""The tables of members, and the rules that one row alone decides."""

from services.members.models.audit import THE_HEAD, Action, AuditEntry, AuditHead, AuditSubject
from services.members.models.base import MembersBase, one_of
from services.members.models.cards import Card, WrongWords
from services.members.models.claims import AddressClaim
from services.members.models.consent import Consent, Via
from services.members.models.erasure import Erasure
from services.members.models.groups import (
    LONGEST_SLUG,
    AdmitsBy,
    Group,
    GroupNote,
    Happening,
    ListedPlace,
    Membership,
    slug_of,
)
from services.members.models.invitations import Invitation, WrongCode
from services.members.models.merges import MERGE_LASTS, Merge
from services.members.models.motions import JoinRequest, Kind, Motion, MotionVote
from services.members.models.needs import AccessNeed, Need, SeenBy
from services.members.models.people import (
    ASKS_A_MONTH,
    HELP_LASTS,
    QUIET_FROM,
    QUIET_UNTIL,
    DutyGiven,
    Experience,
    Helping,
    Member,
    Use,
)
from services.members.models.second_factors import Authenticator, Ceremony, Passkey, Purpose
from services.members.models.sign_in import (
    CODE_LASTS,
    ENROLMENT_LASTS,
    SESSION_LASTS,
    TRIES,
    Challenge,
    Enrolment,
    How,
    MemberSession,
    hashed,
)
from services.members.models.vault import Address, AddressState, Channel, Look, MemberKey

__all__ = [
    "ASKS_A_MONTH",
    "CODE_LASTS",
    "ENROLMENT_LASTS",
    "HELP_LASTS",
    "LONGEST_SLUG",
    "MERGE_LASTS",
    "QUIET_FROM",
    "QUIET_UNTIL",
    "SESSION_LASTS",
    "THE_HEAD",
    "TRIES",
    "AccessNeed",
    "Action",
    "Address",
    "AddressClaim",
    "AddressState",
    "AdmitsBy",
    "AuditEntry",
    "AuditHead",
    "AuditSubject",
    "Authenticator",
    "Card",
    "Ceremony",
    "Challenge",
    "Channel",
    "Consent",
    "DutyGiven",
    "Enrolment",
    "Erasure",
    "Experience",
    "Group",
    "GroupNote",
    "Happening",
    "Helping",
    "How",
    "Invitation",
    "JoinRequest",
    "Kind",
    "ListedPlace",
    "Look",
    "Member",
    "MemberKey",
    "MemberSession",
    "MembersBase",
    "Membership",
    "Merge",
    "Motion",
    "MotionVote",
    "Need",
    "Passkey",
    "Purpose",
    "SeenBy",
    "Use",
    "Via",
    "WrongCode",
    "WrongWords",
    "hashed",
    "one_of",
    "slug_of",
]

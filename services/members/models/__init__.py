"""The tables of members, and the rules that one row alone decides."""

from services.members.models.audit import THE_HEAD, Action, AuditEntry, AuditHead, AuditSubject
from services.members.models.base import MembersBase, one_of
from services.members.models.groups import LONGEST_SLUG, Group, Membership, slug_of
from services.members.models.people import QUIET_FROM, QUIET_UNTIL, DutyGiven, Experience, Helping, Member, Use
from services.members.models.sign_in import ENROLMENT_LASTS, SESSION_LASTS, Enrolment, How, MemberSession, hashed
from services.members.models.vault import Address, AddressState, Channel, Look, MemberKey

__all__ = [
    "ENROLMENT_LASTS",
    "LONGEST_SLUG",
    "QUIET_FROM",
    "QUIET_UNTIL",
    "SESSION_LASTS",
    "THE_HEAD",
    "Action",
    "Address",
    "AddressState",
    "AuditEntry",
    "AuditHead",
    "AuditSubject",
    "Channel",
    "DutyGiven",
    "Enrolment",
    "Experience",
    "Group",
    "Helping",
    "How",
    "Look",
    "Member",
    "MemberKey",
    "MemberSession",
    "MembersBase",
    "Membership",
    "Use",
    "hashed",
    "one_of",
    "slug_of",
]

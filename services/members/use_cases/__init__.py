"""Everything that members can do. One public function a thing, each one transaction."""

from services.members.use_cases.addresses import identify_sender, resolve_addresses
from services.members.use_cases.authenticators import (
    begin_authenticator,
    confirm_authenticator,
    remove_authenticator,
    show_digits,
)
from services.members.use_cases.cards import end_my_cards, issue_card, issue_cards, list_cards
from services.members.use_cases.challenges import Limits, ask_to_sign_in, issue_code, make_sign_in_link
from services.members.use_cases.choices import change_choices, read_choices
from services.members.use_cases.claims import claim_address, confirm_address
from services.members.use_cases.consents import read_consents, say_consents
from services.members.use_cases.devices import own_device
from services.members.use_cases.erasure import (
    begin_ledger,
    erase_member,
    note_answer,
    overdue_erasures,
    read_erasure,
    reapply_erasures,
)
from services.members.use_cases.everybody_out import sign_everybody_out
from services.members.use_cases.export import export_member, note_export
from services.members.use_cases.groups import begin_group
from services.members.use_cases.helping import begin_helping, end_helping, list_helpers
from services.members.use_cases.house import House
from services.members.use_cases.import_members import import_members
from services.members.use_cases.me import change_name, read_me, say_experience, unsay_experience
from services.members.use_cases.merging import confirm_merge, propose_helped_merge, propose_merge
from services.members.use_cases.my_addresses import list_my_addresses
from services.members.use_cases.needs import look_at_needs, read_needs, say_needs
from services.members.use_cases.owning import remove_address
from services.members.use_cases.passkeys import (
    add_passkey,
    ask_anybody_for_passkey,
    ask_for_passkey,
    begin_passkey,
    remove_passkey,
    show_passkey,
    sign_in_with_passkey,
)
from services.members.use_cases.preferences import fail_channel, lose_channel, start_channel, stop_channel
from services.members.use_cases.read_audit import read_audit
from services.members.use_cases.republish import republish
from services.members.use_cases.rewrap_keys import rewrap_keys
from services.members.use_cases.second_factors import list_second_factors
from services.members.use_cases.sessions import (
    end_my_other_sessions,
    end_one_of_my_sessions,
    end_session,
    list_sessions,
    refuse_ended,
    renew_token,
    require_recent_sign_in,
)
from services.members.use_cases.sign_in import begin_session
from services.members.use_cases.sign_up import sign_up
from services.members.use_cases.telegram import begin_telegram, own_chat
from services.members.use_cases.verify_audit import cut_trail
from services.members.use_cases.verify_audit import verify as verify_audit
from services.members.use_cases.way_in import WayIn
from services.members.use_cases.workers import add_worker, begin_enrolment, end_duty, enrol_again, worker_view

__all__ = [
    "House",
    "Limits",
    "WayIn",
    "add_passkey",
    "add_worker",
    "ask_anybody_for_passkey",
    "ask_for_passkey",
    "ask_to_sign_in",
    "begin_authenticator",
    "begin_enrolment",
    "begin_group",
    "begin_helping",
    "begin_ledger",
    "begin_passkey",
    "begin_session",
    "begin_telegram",
    "change_choices",
    "change_name",
    "claim_address",
    "confirm_address",
    "confirm_authenticator",
    "confirm_merge",
    "cut_trail",
    "end_duty",
    "end_helping",
    "end_my_cards",
    "end_my_other_sessions",
    "end_one_of_my_sessions",
    "end_session",
    "enrol_again",
    "erase_member",
    "export_member",
    "fail_channel",
    "identify_sender",
    "import_members",
    "issue_card",
    "issue_cards",
    "issue_code",
    "list_cards",
    "list_helpers",
    "list_my_addresses",
    "list_second_factors",
    "list_sessions",
    "look_at_needs",
    "lose_channel",
    "make_sign_in_link",
    "note_answer",
    "note_export",
    "overdue_erasures",
    "own_chat",
    "own_device",
    "propose_helped_merge",
    "propose_merge",
    "read_audit",
    "read_choices",
    "read_consents",
    "read_erasure",
    "read_me",
    "read_needs",
    "reapply_erasures",
    "refuse_ended",
    "remove_address",
    "remove_authenticator",
    "remove_passkey",
    "renew_token",
    "republish",
    "require_recent_sign_in",
    "resolve_addresses",
    "rewrap_keys",
    "say_consents",
    "say_experience",
    "say_needs",
    "show_digits",
    "show_passkey",
    "sign_everybody_out",
    "sign_in_with_passkey",
    "sign_up",
    "start_channel",
    "stop_channel",
    "unsay_experience",
    "verify_audit",
    "worker_view",
]

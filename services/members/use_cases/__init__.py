"""Everything that members can do. One public function a thing, each one transaction."""

from services.members.use_cases.addresses import identify_sender, resolve_addresses
from services.members.use_cases.groups import begin_group
from services.members.use_cases.import_members import House, import_members
from services.members.use_cases.me import read_me
from services.members.use_cases.preferences import fail_channel, start_channel, stop_channel
from services.members.use_cases.read_audit import read_audit
from services.members.use_cases.republish import republish
from services.members.use_cases.sessions import end_session, renew_token
from services.members.use_cases.sign_in import begin_session
from services.members.use_cases.verify_audit import cut_trail
from services.members.use_cases.verify_audit import verify as verify_audit

__all__ = [
    "House",
    "begin_group",
    "begin_session",
    "cut_trail",
    "end_session",
    "fail_channel",
    "identify_sender",
    "import_members",
    "read_audit",
    "read_me",
    "renew_token",
    "republish",
    "resolve_addresses",
    "start_channel",
    "stop_channel",
    "verify_audit",
]

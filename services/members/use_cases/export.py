from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.errors.people import NoSuchMember
from services.members.models import Action, Channel, Member, MembersBase
from services.members.push_subscriptions import host_of
from services.members.queries.vault import addresses_of, keys_of
from services.members.trail import Chain
from services.members.use_cases import audit
from services.members.use_cases.house import House
from services.members.use_cases.needs import read_needs
from services.members.use_cases.read_audit import read_audit
from services.members.vault import Sealed, Vault
from shared.export import Export, Part, Told, in_words, tell

SHOWN = 2
LINES_A_PAGE = 200

TABLES = {
    "members": Told(
        "What you told us",
        {
            "name": "Your name here",
            "language": "Language",
            "timezone": "Your time is that of",
            "preferred_channel": "How you like to hear from us",
            "quiet_from": "Quiet from",
            "quiet_until": "Quiet until",
        },
        of=("id",),
    ),
    "memberships": Told(
        "Your groups", {"groups.name": "Group", "role": "What you are there", "joined_at": "Since", "until": "Until"}
    ),
    "join_requests": Told("Groups you asked to join", {"groups.name": "Group", "asked_at": "When"}),
    "invitations": Told(
        "Invitations you made", {"groups.name": "To", "role": "As", "expires_at": "Until"}, of=("made_by",)
    ),
    "motions": Told(
        "Votes about you, or that you asked for",
        {"groups.name": "Group", "kind": "About", "raised_at": "When", "state": "How it went"},
        of=("about_member", "raised_by"),
    ),
    "motion_votes": Told("Your votes that still count", {"yes": "You said yes"}),
    "group_log": Told(
        "What happened in your groups",
        {"groups.name": "Group", "what": "What", "at": "When"},
        of=("member_id", "by"),
    ),
    "experiences": Told("What you said of yourself", {"experience": "You are", "said_at": "You said so on"}),
    "consents": Told(
        "What you said yes or no to",
        {"purpose": "What for", "channel": "How", "given": "Yes", "wording": "In the words", "via": "By", "at": "When"},
    ),
    "sessions": Told(
        "Where you are signed in",
        {"how": "With", "created_at": "Since", "last_seen_at": "Last seen", "expires_at": "Until"},
    ),
    "cards": Told("Your cards", {"issued_at": "Made", "last_used_at": "Last used", "revoked_at": "Taken back"}),
    "challenges": Told("When you asked to be let in", {"channel": "By", "asked_at": "When"}),
    "address_claims": Told("Addresses you are adding", {"channel": "How", "claimed_at": "When"}),
    "enrolments": Told("Second factors to be set up", {"begun_at": "Since"}),
    "passkeys": Told("Your passkeys", {"added_at": "Added", "last_used_at": "Last used"}),
    "authenticators": Told("Your app for codes", {"confirmed_at": "Set up"}),
    "wrong_codes": Told("Codes that did not work", {"at": "When"}),
    "helping": Told(
        "Help in person that you gave or had", {"began_at": "From", "until": "Until"}, of=("helper_id", "member_id")
    ),
    "duties": Told("What you do for the programme", {"duty": "As", "given_at": "Since"}),
    "merges": Told("Records of yours to be joined", {"proposed_at": "Asked"}, of=("keep_id", "gone_id", "proposed_by")),
    "looks": Told(
        "Who looked at your addresses", {"asked_by": "Who", "channel": "Which", "reason": "Why", "at": "When"}
    ),
}


def export_member(session: Session, member_id: UUID, *, house: House) -> Export:
    """All that is held on a member here, but for secrets, which are kept in a form that nobody can read.

    Of an address only the end is told, as everywhere: a phone left on a table must not give them away.
    """
    if session.get(Member, member_id) is None:
        raise NoSuchMember("Nobody has this id. Who was erased is gone already.")
    told = tell(session, MembersBase.metadata, TABLES, member_id)
    more = (_addresses(session, member_id, house.vault), _needs(session, member_id, house), _audit(session, member_id))
    return Export(service="members", parts=told + [part for part in more if part.rows])


def note_export(session: Session, member_id: UUID, *, actor: str, chain: Chain, now: datetime) -> None:
    """Write down that somebody else took a copy of all that is held on a member."""
    subjects = [audit.Subject(member_id)]
    audit.write(session, chain, actor, Action.EXPORTED, subjects, reason="to hand it to you", now=now)


def _addresses(session: Session, member_id: UUID, vault: Vault) -> Part:
    (key,) = keys_of(session, [member_id])
    rows = []
    for it in addresses_of(session, [member_id]):
        address = vault.open(member_id, key.wrapped, it.channel, Sealed(it.nonce, it.ciphertext))
        rows.append(
            {
                "How": in_words(it.channel),
                "Ends in": _end_of(it.channel, address),
                "State": in_words(it.state),
                "Added": in_words(it.added_at),
            }
        )
    return Part(heading="How we can reach you", rows=rows)


def _end_of(channel: Channel, address: str) -> str:
    """The last two digits of a number; of mail and devices who carries what goes there, which is no secret."""
    if channel is Channel.EMAIL:
        return f"{address[0]}…@{address.rpartition('@')[2]}"
    return host_of(address) if channel is Channel.PUSH else address[-SHOWN:]


def _needs(session: Session, member_id: UUID, house: House) -> Part:
    rows = [
        {"What": in_words(it.need), "In your words": it.words or "", "Who may know": in_words(it.seen_by)}
        for it in read_needs(session, member_id, house=house).items
    ]
    return Part(heading="What you need to be able to come", rows=rows)


def _audit(session: Session, member_id: UUID) -> Part:
    rows: list[dict[str, str]] = []
    after: str | None = None
    while True:
        page = read_audit(session, member_id, after=after, limit=LINES_A_PAGE)
        rows += [{"What": line.text} for line in page.items]
        after = page.next
        if after is None:
            return Part(heading="Who looked at or changed what is yours", rows=rows)

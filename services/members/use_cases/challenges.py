"""Asking to be let in by a code or a link. What is answered never depends on whether anybody is there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.members.codes import Codes
from services.members.errors.sign_in import TooManyLinks
from services.members.models import CODE_LASTS, TRIES, Address, AddressClaim, AddressState, Challenge, Channel
from services.members.queries.sign_in import Asked, asked_lately, links_lately, locked_index
from services.members.queries.vault import address_at
from services.members.schemas.sign_in import ChallengeMade, CodeShown, CodeTyped, SignInLink, TokenOpened
from services.members.use_cases.addresses import normalised
from services.members.use_cases.house import House
from services.members.use_cases.owning import may_have
from services.members.use_cases.way_in import WayIn
from shared.contracts.members import SignInAsked, SignInCodeIssued
from shared.messaging import publish

HOUR = timedelta(hours=1)
# The last code of a day lives on into the next. Counted so, no day, whenever it begins, sees more than forty guesses.
DAY = timedelta(days=1) + CODE_LASTS

AN_HOUR = 3
A_DAY = 8
AN_ASKER_AN_HOUR = 30
# Who comes without web telling where they are has one share with all others who do. It is that of ten places, and less
# than the texts of an hour: a flood that goes round web leaves some of those to whoever comes by it.
UNKNOWN_ASKERS_AN_HOUR = 300


@dataclass(frozen=True)
class Limits:
    """How many times one may ask. Beyond, the answer is the same and nothing is sent.

    `texts_an_hour` is for all together: texts cost money, and some make theirs by having others send them. It counts
    codes that were sent and claims of members, not what was asked for: numbers of nobody use up nobody's share.
    """

    texts_an_hour: int

    def allow(self, asked: Asked, asker: str) -> bool:
        """Whether one more is within them all."""
        asker_an_hour = AN_ASKER_AN_HOUR if asker else UNKNOWN_ASKERS_AN_HOUR
        return (
            asked.address_an_hour < AN_HOUR
            and asked.address_a_day < A_DAY
            and asked.asker_an_hour < asker_an_hour
            and asked.texts_an_hour < self.texts_an_hour
        )


def ask_to_sign_in(
    session: Session,
    channel: Channel,
    address: str,
    *,
    asker: str,
    house: House,
    limits: Limits,
    codes: Codes,
    now: datetime,
) -> ChallengeMade:
    """Take note that somebody wants a code at an address. Whose it is, is looked up later, behind the request."""
    challenge_id = uuid4()
    index = house.vault.index(channel, normalised(channel, address, house.phone_region))
    # Exact for one address, also when many ask at once. The other limits may be overshot by those under way.
    locked_index(session, index)
    if limits.allow(asked_lately(session, index, asker, hour=now - HOUR, day=now - DAY), asker):
        session.add(Challenge(id=challenge_id, channel=channel, blind_index=index, asker=asker, asked_at=now))
        publish(session, SignInAsked(challenge_id=challenge_id), now=now)
    return ChallengeMade(challenge=challenge_id, browser=codes.browser(challenge_id))


def issue_code(session: Session, challenge_id: UUID, *, now: datetime) -> None:
    """Have a code sent to whoever may get one at the address that was typed, if anybody may."""
    challenge = session.get(Challenge, challenge_id)
    if challenge is None or challenge.channel is None or not challenge.is_open(now):
        return
    member_id = _who_gets_it(session, challenge, now)
    if member_id is not None:
        challenge.member_id = member_id
        issued = SignInCodeIssued(member_id=member_id, challenge_id=challenge.id, channel=challenge.channel.value)
        publish(session, issued, now=now)


def make_sign_in_link(session: Session, member_id: UUID, *, way_in: WayIn, now: datetime) -> SignInLink:
    """A link that lets a member in once, for who has shown by writing to us that they are that member."""
    require_few_links(session, member_id, None, now=now)
    challenge = Challenge(id=uuid4(), member_id=member_id, asked_at=now)
    session.add(challenge)
    return SignInLink(link=way_in.link(challenge.id), expires_in=int(CODE_LASTS.total_seconds()))


def require_few_links(session: Session, member_id: UUID, channel: Channel | None, *, now: datetime) -> None:
    """Refuse a member who had more links of a sort than anybody needs: to sign in, or to add a chat of `channel`."""
    locked_index(session, str(member_id))
    hour, day = links_lately(session, member_id, channel, hour=now - HOUR, day=now - DAY)
    if hour >= AN_HOUR or day >= A_DAY:
        raise TooManyLinks


def address_for_code(session: Session, challenge: Challenge, now: datetime) -> Address | None:
    """The one rule for what address lets its owner in: one that works, and is nobody else's by now."""
    if challenge.channel is None or challenge.blind_index is None:
        return None
    address = address_at(session, challenge.channel, challenge.blind_index)
    usable = address is not None and address.state is AddressState.ACTIVE and not address.is_stale(now)
    return address if usable else None


def claimable(session: Session, challenge: Challenge, claim: AddressClaim, now: datetime) -> bool:
    """Whether an address can become its claimant's: both where its code goes and what it is to be are free for them."""
    both = [(challenge.channel, challenge.blind_index), (claim.channel, claim.blind_index)]
    there = (address_at(session, channel, index) for channel, index in both if channel and index)
    return all(may_have(here, claim.member_id, now) for here in there)


def met_by_code(session: Session, shown: CodeTyped, *, codes: Codes, now: datetime) -> UUID | None:
    """Who is let in by these digits."""
    challenge = tried(session, shown, codes=codes)
    return _used(session, challenge, now) if challenge else None


def tried(session: Session, shown: CodeShown, *, codes: Codes) -> Challenge | None:
    """The challenge these digits are for. Each try in the right browser counts, and five are all there are."""
    if not codes.is_browser(shown.challenge, shown.browser):
        return None
    # In one statement, so that of guesses that come together each counts, and none looks before another is counted.
    counted = (
        update(Challenge)
        .where(Challenge.id == shown.challenge, Challenge.tries < TRIES, Challenge.used_at.is_(None))
        .values(tries=Challenge.tries + 1)
        .returning(Challenge)
        .execution_options(populate_existing=True)
    )
    challenge = session.scalar(counted)
    return challenge if codes.is_code(shown.challenge, shown.code) else None


def met_by_link(session: Session, shown: TokenOpened, *, codes: Codes, now: datetime) -> UUID | None:
    """Who is let in by a link, in whatever browser it was opened. Nobody guesses its token, so no try is counted."""
    if not codes.is_token(shown.challenge, shown.token):
        return None
    challenge = session.get(Challenge, shown.challenge, with_for_update=True)
    return _used(session, challenge, now) if challenge and challenge.tries < TRIES else None


def _who_gets_it(session: Session, challenge: Challenge, now: datetime) -> UUID | None:
    """Who has the address; or who says that it is theirs, where it can be."""
    claim = session.get(AddressClaim, challenge.id)
    if claim is None:
        address = address_for_code(session, challenge, now)
        return address.member_id if address else None
    return claim.member_id if claimable(session, challenge, claim, now) else None


def _used(session: Session, challenge: Challenge, now: datetime) -> UUID | None:
    """Use a challenge up. The address must be its owner's still, whatever has come between."""
    if not challenge.is_open(now) or challenge.member_id is None:
        return None
    challenge.used_at = now
    if challenge.channel is not None:
        address = address_for_code(session, challenge, now)
        if address is None or address.member_id != challenge.member_id:
            return None
        address.confirm(now)
    return challenge.member_id

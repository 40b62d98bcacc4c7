"""Two who enter the code of one free address at once, on a database that really commits: it becomes that of one."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from services.members.codes import Codes
from services.members.errors.sign_in import CodeRefused
from services.members.models import AddressClaim, Challenge, Channel, MemberKey
from services.members.schemas.sign_in import CodeShown
from services.members.use_cases import confirm_address
from services.members.use_cases.addresses import normalised
from shared.db import Sessions
from shared.testing.databases import Databases
from tests.members.builders import CHAIN, HOUSE, NOW, brought_in, called, member, number

pytestmark = pytest.mark.committed

ROUNDS = 6


@pytest.fixture
def committed(databases: Databases) -> Iterator[Sessions]:
    with databases.owned_sessions("members") as sessions:
        yield sessions


def claimed(sessions: Sessions, name: str, address: str) -> tuple[UUID, UUID]:
    """Somebody to whom a code was sent."""
    with sessions.begin() as session:
        who = called(session, name).id
        written = normalised(Channel.SMS, address, "")
        index = HOUSE.vault.index(Channel.SMS, written)
        challenge = Challenge(channel=Channel.SMS, blind_index=index, member_id=who, asked_at=NOW)
        session.add(challenge)
        session.flush()
        key = session.get_one(MemberKey, who)
        session.add(AddressClaim.made(challenge, key, Channel.SMS, written, HOUSE.vault))
        return who, challenge.id


def test_an_address_that_two_confirm_at_once_becomes_that_of_one(
    committed: Sessions, in_threads: Callable[..., list[Any]]
):
    codes = Codes(b"k" * 32)
    with committed.begin() as session:
        brought_in(session, member(7), member(8))

    def entering(who: UUID, challenge: UUID) -> Callable[[], str]:
        shown = CodeShown(challenge=challenge, browser=codes.browser(challenge), code=codes.code(challenge))

        def run() -> str:
            try:
                with committed.begin() as session:
                    confirm_address(session, who, shown, by=who, codes=codes, chain=CHAIN, now=NOW)
            except CodeRefused:
                return "refused"
            return "done"

        return run

    for turn in range(ROUNDS):
        both = [entering(*claimed(committed, name, number(70 + turn))) for name in ("Member 7", "Member 8")]
        assert Counter(in_threads(*both)) == {"done": 1, "refused": 1}

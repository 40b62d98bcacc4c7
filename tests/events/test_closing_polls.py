"""How polls end: closed once, by somebody or by themselves, and what of them outlives whom."""

from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.errors import polls as errors
from services.events.handlers import member_erased, member_merged
from services.events.jobs import EventsWork, look_at_polls
from services.events.models import Group, PollVote
from services.events.use_cases.closing_polls import close_poll
from services.events.use_cases.groups import leave_group
from shared.auth import Caller
from shared.contracts.events import PollClosed, PollOpened, PollUndecided
from shared.contracts.members import MemberErased, MemberMerged, Role
from shared.db import Sessions
from tests.conftest import Clock
from tests.events.activity_builders import member_of
from tests.events.builders import LONDON, refused, told
from tests.events.poll_builders import NewPoll, counts, options_of, say


def test_closing_counts_once_and_tells_once(
    session: Session, new_poll: NewPoll, maker: Caller, voter: Caller, clock: Clock
):
    poll = new_poll()
    say(session, poll, voter, clock(), 1)
    assert refused(close_poll, session, poll.id, caller=voter, now=clock()) is errors.NotYourPoll
    results = [close_poll(session, poll.id, caller=maker, now=clock()).result for _ in range(2)]
    assert results[0] == results[1]
    assert results[0] is not None
    assert results[0]["winners"] == [str(options_of(poll)[1].id)]
    assert refused(say, session, poll, voter, clock(), 1) is errors.PollClosed
    assert [type(each) for each in told(session)] == [PollOpened, PollClosed]


def test_the_undecided_alone_are_reminded_once_and_the_poll_closes_by_itself(
    database: Sessions, session: Session, group: Group, new_poll: NewPoll, voter: Caller, maker: Caller, clock: Clock
):
    member_of(session, group, Role.GUEST)
    poll, secret = new_poll(), new_poll(is_secret=True)
    say(session, poll, voter, clock(), 1)
    say(session, secret, maker, clock(), 1)
    session.commit()
    work = EventsWork("events", database, clock, weeks=4, timezone=LONDON)
    look_at_polls(work)
    clock.go_on(days=6)
    for _ in range(2):
        look_at_polls(work)
    reminded = [(each.poll_id, each.member_id) for each in told(session) if isinstance(each, PollUndecided)]
    assert set(reminded) == {(poll.id, maker.member_id), (secret.id, voter.member_id)}
    assert len(reminded) == 2
    clock.go_on(days=1)
    for _ in range(2):
        look_at_polls(work)
    session.expire_all()
    assert (poll.closed_at, secret.closed_at) == (clock.at, clock.at)
    assert [type(each) for each in told(session)].count(PollClosed) == 2


def test_a_poll_outlives_its_maker_and_a_convenor_may_close_it(
    session: Session, group: Group, new_poll: NewPoll, maker: Caller, voter: Caller, clock: Clock
):
    assert maker.member_id is not None
    poll, other = new_poll(), new_poll()
    say(session, poll, maker, clock(), 0)
    say(session, poll, voter, clock(), 1)
    leave_group(session, group.id, maker.member_id, now=clock())
    assert refused(close_poll, session, poll.id, caller=maker, now=clock()) is errors.NoSuchPoll
    member_erased(session, MemberErased(erasure_id=uuid4(), member_id=maker.member_id), clock.at)
    session.expire_all()
    assert poll.made_by is None
    assert refused(close_poll, session, poll.id, caller=voter, now=clock()) is errors.NotYourPoll
    convenor = member_of(session, group, Role.CONVENOR)
    result = close_poll(session, poll.id, caller=convenor, now=clock()).result
    assert result is not None
    assert (result["cast"], result["winners"]) == (1, [str(options_of(poll)[1].id)])
    assert close_poll(session, other.id, caller=convenor, now=clock()).result == result | {
        "cast": 0,
        "winners": [],
        "words": "Nobody answered, so nothing won.",
        "lines": [
            {**line, "option": str(it.id), "yes": 0} for line, it in zip(result["lines"], other.options, strict=True)
        ],
    }


def test_two_records_of_one_person_have_one_open_vote_and_one_poll_each(
    session: Session, new_poll: NewPoll, maker: Caller, voter: Caller, clock: Clock
):
    kept, gone = voter.member_id, maker.member_id
    assert kept is not None
    assert gone is not None
    poll, other = new_poll(), new_poll()
    say(session, poll, maker, clock(), 0)
    say(session, poll, voter, clock(), 1)
    say(session, other, maker, clock(), 2)
    for _ in range(2):
        member_merged(session, MemberMerged(kept_id=kept, gone_id=gone), clock.at)
    session.expire_all()
    assert (counts(session, poll), counts(session, other)) == ([0, 1, 0], [0, 0, 1])
    assert set(session.scalars(select(PollVote.member_id))) == {kept}
    assert poll.made_by == kept

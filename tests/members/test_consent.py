import ast
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

import services.members
from services.members import use_cases
from services.members.consent import VOUCHED_FOR
from services.members.errors.choices import WordingUnknown
from services.members.models import Channel, Consent, Via
from services.members.queries.consents import last_said
from services.members.schemas.choices import Answer
from services.members.wordings import CURRENT, wording
from shared.contracts.members import Purpose
from shared.migrations import config_for
from shared.testing.databases import Databases
from tests.members.builders import HOUSE, NOW, brought_in, called, data_of, member, number, said

JOINED, FORUM, ASK, ACCOUNT = Purpose
YES, NO = True, False

# As the release before consents wrote them: a number that works and an email address that said STOP.
SOMEBODY = """
WITH one AS (
INSERT INTO members (id, name, language, timezone, preferred_channel, quiet_from, quiet_until, links_valid_from)
VALUES (:one, 'Member 1', 'en', 'Europe/London', 'sms', '21:00', '09:00', '2026-11-01')
RETURNING id)
INSERT INTO addresses (id, member_id, channel, nonce, ciphertext, blind_index, state, added_at)
SELECT gen_random_uuid(), id, channel, '', '', channel, state, now()
FROM one, (VALUES ('sms', 'active'), ('email', 'stopped')) AS addresses (channel, state)
"""


@pytest.fixture
def seven(session: Session) -> UUID:
    """A member with a number and an email address, who came with a list."""
    brought_in(session, member(7), member(8))
    return called(session, "Member 7").id


def says(session: Session, who: UUID, *answers: tuple[Purpose, str, bool], via: Via = Via.WEB) -> None:
    items = [Answer(purpose=p, channel=Channel(c), given=given, wording=CURRENT) for p, c, given in answers]
    use_cases.say_consents(session, who, items, recorded_by=who, via=via, house=HOUSE, now=NOW)
    session.flush()


def live(session: Session, who: UUID) -> set[tuple[str, str]]:
    return {(each.purpose, each.channel) for each in last_said(session, [who]) if each.given}


def rows(session: Session, who: UUID) -> Sequence[Consent]:
    return session.scalars(select(Consent).where(Consent.member_id == who).order_by(Consent.number)).all()


def told(session: Session, who: UUID) -> dict[str, list[str]]:
    """What others heard last of what somebody agreed to."""
    mine = [each for each in data_of(session, "preferences-changed") if each["member_id"] == str(who)]
    return {purpose: channels for purpose, channels in mine[-1]["consents"].items() if channels}


def test_a_list_vouches_for_what_they_join_and_their_account_and_nothing_else(session: Session, seven: UUID):
    assert told(session, seven) == {"joined": ["sms", "email"], "account": ["sms", "email"]}
    assert {(each.via, each.wording, each.recorded_by) for each in rows(session, seven)} == {
        (Via.IMPORT, "list-1", None)
    }


def test_a_list_speaks_for_nobody_who_has_spoken(session: Session, seven: UUID):
    says(session, seven, (JOINED, "sms", NO))
    use_cases.stop_channel(session, seven, "email", now=NOW)
    before = live(session, seven)
    brought_in(session, member(7, email="seven@example.org"))
    brought_in(session, member(7))
    assert live(session, seven) == before == {("account", "sms")}


def test_a_new_channel_on_a_list_is_vouched_for(session: Session):
    brought_in(session, {"phone": number(7), "name": "Member 7"})
    seven = called(session, "Member 7").id
    assert told(session, seven) == {"joined": ["sms"], "account": ["sms"]}
    brought_in(session, member(7))
    assert told(session, seven) == {"joined": ["sms", "email"], "account": ["sms", "email"]}


def test_each_purpose_and_channel_is_said_by_itself(session: Session, seven: UUID):
    says(session, seven, (FORUM, "email", YES), (JOINED, "sms", NO))
    assert told(session, seven) == {"joined": ["email"], "forum": ["email"], "account": ["sms", "email"]}


def test_the_same_answer_is_written_once_and_told_once(session: Session, seven: UUID):
    says(session, seven, (FORUM, "sms", YES), (FORUM, "email", NO))
    before, messages = len(rows(session, seven)), said(session)
    says(session, seven, (FORUM, "sms", YES), (FORUM, "email", NO))
    assert (len(rows(session, seven)), said(session)) == (before, messages)


def test_of_two_answers_at_once_the_later_counts(session: Session, seven: UUID):
    says(session, seven, (FORUM, "sms", YES))
    says(session, seven, (FORUM, "sms", NO), (FORUM, "sms", YES), (ASK, "sms", YES), (ASK, "sms", NO))
    assert live(session, seven) == {(p, c) for p in (JOINED, ACCOUNT) for c in ("sms", "email")} | {("forum", "sms")}


def test_stop_takes_back_every_yes_of_its_channel_and_start_gives_back_those_alone(session: Session, seven: UUID):
    says(session, seven, (FORUM, "sms", YES), (ACCOUNT, "sms", NO), (ASK, "email", YES))
    before = live(session, seven)
    use_cases.stop_channel(session, seven, "sms", now=NOW)
    assert live(session, seven) == {(p, c) for p, c in before if c == "email"}
    use_cases.start_channel(session, seven, "sms", now=NOW)
    assert live(session, seven) == before
    assert [each.wording for each in rows(session, seven)][-4:] == ["stop", "stop", "start", "start"]


def test_what_was_said_no_to_after_a_stop_stays_no(session: Session, seven: UUID):
    use_cases.stop_channel(session, seven, "sms", now=NOW)
    says(session, seven, (JOINED, "sms", NO))
    use_cases.start_channel(session, seven, "sms", now=NOW)
    assert live(session, seven) == {("account", "sms"), ("joined", "email"), ("account", "email")}


def test_a_stop_said_twice_and_a_start_out_of_the_blue_change_nothing(session: Session, seven: UUID):
    use_cases.start_channel(session, seven, "sms", now=NOW)
    use_cases.stop_channel(session, seven, "sms", now=NOW)
    before = len(rows(session, seven))
    use_cases.stop_channel(session, seven, "sms", now=NOW)
    assert len(rows(session, seven)) == before == 6


@pytest.mark.parametrize("version", ["2031-01", "stop", "start", "list-1", "../2026-11", ""])
def test_nobody_agrees_to_words_that_were_not_shown(session: Session, seven: UUID, version: str):
    answer = Answer(purpose=FORUM, channel=Channel.SMS, given=True, wording=version)
    with pytest.raises(WordingUnknown):
        use_cases.say_consents(session, seven, [answer], recorded_by=seven, via=Via.WEB, house=HOUSE, now=NOW)


def test_what_people_agree_to_is_there_for_every_purpose_and_short():
    assert set(wording(CURRENT)) == set(Purpose)
    assert set(wording("list-1")) == set(VOUCHED_FOR)
    for words in wording(CURRENT).values():
        assert len(words.split()) <= 22


def test_the_history_reads_as_people_speak(session: Session, seven: UUID):
    says(session, seven, (FORUM, "email", YES))
    says(session, seven, (FORUM, "email", NO), via=Via.CHAT)
    says(session, seven, (ASK, "sms", YES), via=Via.WORKER)
    use_cases.stop_channel(session, seven, "sms", now=NOW)
    use_cases.start_channel(session, seven, "sms", now=NOW)
    items, following = use_cases.read_consents(session, seven, after=None, limit=200)
    words = [item.words for item in items]
    assert following is None
    assert words[0] == "The keeper of the list told us that you say yes to texts about what you join."
    assert words[4:7] == [
        "You said yes to emails with news from your groups.",
        "You said no to emails with news from your groups.",
        "Somebody who helped you wrote down that you say yes to texts that ask you to take part.",
    ]
    assert "You texted STOP: no more texts that ask you to take part." in words
    assert words[-1].startswith("You texted START: texts ")


def test_what_is_told_again_holds_what_was_agreed(session: Session, seven: UUID):
    says(session, seven, (FORUM, "sms", YES), (ACCOUNT, "email", NO))
    before = told(session, seven)
    use_cases.republish(session, NOW)
    assert told(session, seven) == before


def test_i8_nothing_is_a_yes_but_what_somebody_said():
    """The soft opt-in of 5 February 2026 is not used: a yes is written in two places, from an answer or from a list."""
    home = Path(services.members.__path__[0])
    written = {
        str(file.relative_to(home))
        for file in home.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Consent"
    }
    assert written == {"consent.py", "use_cases/consents.py"}
    assert set(Via) == {"web", "chat", "worker", "import"}
    assert not {FORUM, ASK} & set(VOUCHED_FOR)


def test_whoever_was_here_before_consents_keeps_their_reminders(databases: Databases):
    one = UUID(int=1)
    url = databases.empty("before", lambda url: command.upgrade(config_for("members", url), "0006"))
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(SOMEBODY), {"one": one})
    command.upgrade(config_for("members", url), "head")
    with Session(engine) as session:
        assert live(session, one) == {("joined", "sms"), ("account", "sms")}
        use_cases.start_channel(session, one, "email", now=NOW)
        session.flush()
        assert live(session, one) == {(p, c) for p in ("joined", "account") for c in ("sms", "email")}
    engine.dispose()

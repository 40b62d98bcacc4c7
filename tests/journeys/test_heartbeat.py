"""From a calendar file to a reminder, and back: several services, their messages carried by hand."""

from datetime import UTC, datetime
from typing import Any

from shared.messaging.tables import OutboxRow
from tests.journeys.builders import ONE, PROGRAMME, THREE, TWO, answers, import_members, import_programme
from tests.journeys.forum import Forum
from tests.tables import all_rows


def test_everybody_new_is_welcomed_with_a_link_of_their_own(forum: Forum, programme: dict[str, Any]):
    forum.send_what_is_due()
    welcome = forum.said_to(ONE)[0]
    link = welcome.split("/h/")[1].split()[0]
    signed_in = forum.clients["members"].post("/sessions", json={"link": link})
    assert signed_in.status_code == 201
    assert signed_in.json()["member"]["name"] == "Member 1"
    assert "/h/" in forum.said_to(TWO)[0]


def test_who_is_coming_is_reminded_twice_and_nobody_else(forum: Forum, programme: dict[str, Any]):
    forum.send_what_is_due()
    answers(forum, ONE, programme, "going")
    forum.clock.set(datetime(2026, 11, 25, 18, 0, 1, tzinfo=UTC))
    forum.send_what_is_due()
    forum.clock.set(datetime(2026, 11, 26, 16, 30, 1, tzinfo=UTC))
    forum.send_what_is_due()
    assert forum.said_to(ONE)[1:] == [
        "Games night is tomorrow, 6.30pm. Still coming? Text YES or NO.",
        "Games night is today at 6.30pm. See you soon. Not coming? Text NO.",
    ]
    assert len(forum.said_to(THREE)) == 1


def test_no_frees_the_place_and_silences_the_rest(forum: Forum, programme: dict[str, Any]):
    answers(forum, ONE, programme, "going")
    answers(forum, ONE, programme, "not_going")
    assert forum.clients["events"].get(f"/occurrences/{programme['id']}").json()["going"] == 0
    forum.clock.set(datetime(2026, 11, 26, 16, 30, 1, tzinfo=UTC))
    forum.send_what_is_due()
    assert [text for text in forum.said_to(ONE) if "Games night" in text] == []


def test_what_was_asked_can_be_answered_from_the_phone(forum: Forum, programme: dict[str, Any]):
    answers(forum, ONE, programme, "going")
    forum.clock.set(datetime(2026, 11, 25, 18, 0, 1, tzinfo=UTC))
    forum.send_what_is_due()
    _, signed_in = forum.member(ONE)
    questions = forum.clients["notifications"].get("/me/questions", headers=signed_in).json()["items"]
    assert [question["occurrence_id"] for question in questions] == [programme["id"]]


def test_a_move_takes_the_reminders_along_and_tells_who_is_coming(forum: Forum, programme: dict[str, Any]):
    forum.send_what_is_due()
    answers(forum, ONE, programme, "going")
    move(forum, programme, "2026-11-26T20:00:00")
    assert forum.said_to(ONE)[1:] == [
        "Change: Games night is now Thursday 26 November, 8pm, The hub. Still coming? Text YES or NO."
    ]
    assert len(forum.said_to(THREE)) == 1
    forum.clock.set(datetime(2026, 11, 25, 18, 0, 1, tzinfo=UTC))
    forum.send_what_is_due()
    assert "tomorrow, 8pm" in forum.said_to(ONE)[-1]


def test_another_date_asks_who_was_coming_and_reminds_those_who_say_yes_to_it(forum: Forum, programme: dict[str, Any]):
    forum.send_what_is_due()
    for member in (ONE, THREE):
        answers(forum, member, programme, "going")
    before = len(forum.said_to(THREE))
    move(forum, programme, "2026-11-27T19:00:00")
    assert forum.said_to(ONE)[-1].startswith("New date: Games night is now Friday 27 November, 7pm. Can you come then?")
    answers(forum, ONE, programme, "going")
    forum.clock.set(datetime(2026, 11, 25, 18, 0, 1, tzinfo=UTC))
    forum.send_what_is_due()
    forum.clock.set(datetime(2026, 11, 26, 18, 0, 1, tzinfo=UTC))
    forum.send_what_is_due()
    assert "tomorrow, 7pm" in forum.said_to(ONE)[-1]
    assert [text[:9] for text in forum.said_to(THREE)[before:]] == ["New date:"]


def move(forum: Forum, programme: dict[str, Any], starts: str) -> None:
    to = {"starts": starts}
    forum.as_operator("events", "PATCH", f"/occurrences/{programme['id']}", "programme:write", json=to)
    forum.tell()
    forum.send_what_is_due()


def test_a_cancellation_reaches_who_was_coming_and_nobody_else(forum: Forum, programme: dict[str, Any]):
    forum.send_what_is_due()
    answers(forum, ONE, programme, "going")
    forum.as_operator("events", "POST", f"/occurrences/{programme['id']}/cancellation", "programme:write")
    forum.tell()
    forum.clock.set(datetime(2026, 11, 26, 16, 31, tzinfo=UTC))
    forum.send_what_is_due()
    assert forum.said_to(ONE)[1:] == [
        "Games night, today 6.30pm, is off. Sorry. Text WHATS ON to see what else there is."
    ]
    assert len(forum.said_to(THREE)) == 1


def test_stop_stops_everything_queued_and_to_come(forum: Forum, programme: dict[str, Any]):
    forum.send_what_is_due()
    answers(forum, ONE, programme, "going")
    forum.stop(ONE)
    forum.tell()
    forum.clock.set(datetime(2026, 11, 25, 18, 0, 1, tzinfo=UTC))
    forum.send_what_is_due()
    assert len(forum.said_to(ONE)) == 1


def test_stop_survives_a_new_import(forum: Forum, programme: dict[str, Any]):
    forum.send_what_is_due()
    forum.stop(ONE)
    forum.tell()
    assert import_members(forum)["unchanged"] == 3
    forum.tell()
    answers(forum, ONE, programme, "going")
    forum.clock.set(datetime(2026, 11, 25, 18, 0, 1, tzinfo=UTC))
    forum.send_what_is_due()
    assert len(forum.said_to(ONE)) == 1


def test_the_same_calendar_again_changes_nothing(forum: Forum, programme: dict[str, Any]):
    answers(forum, ONE, programme, "going")
    report = import_programme(forum)
    assert report["occurrences"]["unchanged"] == 4
    forum.tell()
    forum.send_what_is_due()
    assert [text for text in forum.said_to(ONE) if text.startswith("Change")] == []


def test_an_edited_calendar_tells_of_just_what_changed(forum: Forum, programme: dict[str, Any]):
    forum.send_what_is_due()
    answers(forum, ONE, programme, "going")
    report = import_programme(
        forum,
        PROGRAMME.replace(
            "RRULE:FREQ=WEEKLY;COUNT=4", "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/London:20261126T183000"
        ),
    )
    assert report["occurrences"]["cancelled"] == 1
    forum.tell()
    forum.clock.set(datetime(2026, 11, 26, 9, 30, tzinfo=UTC))
    forum.send_what_is_due()
    assert "is off" in forum.said_to(ONE)[-1]


def test_no_address_or_name_leaves_the_vault(forum: Forum, programme: dict[str, Any]):
    answers(forum, ONE, programme, "going")
    forum.stop(ONE)
    forum.send_what_is_due()
    for name, part in forum.parts.items():
        everything = all_rows(part.sessions)
        assert [canary for canary in (ONE, ONE[1:], TWO, THREE) if canary in everything] == [], name
        if name != "members":
            assert "Member 1" not in everything


def test_every_message_published_is_one_of_the_contracts(forum: Forum, programme: dict[str, Any]):
    from shared.contracts.routes import ROUTES

    answers(forum, ONE, programme, "going")
    kinds = {message.kind for message in ROUTES}
    for part in forum.parts.values():
        with part.sessions() as session:
            assert {row.kind for row in session.query(OutboxRow)} <= kinds

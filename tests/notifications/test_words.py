from datetime import UTC, datetime

import pytest
import smsutil

from services.notifications.words import Subject, words_for

RULES = (
    "day-before",
    "two-hours-before",
    "moved",
    "confirmed",
    "cancelled",
    "welcome",
    "place-offered",
    "asked-again",
    "needs-cover",
)
URL = "https://forum.example.org/h/" + "x" * 40
NOW = datetime(2026, 11, 25, 18, tzinfo=UTC)
# What must not be read over a shoulder (people.md D8, D24).
TELLING = ("forum", "member", "homeless", "addict", "recovery", "mental", "support", "service", "programme")


def subject(**changes: object) -> Subject:
    facts = {
        "title": "Games night",
        "place": "The hub",
        "starts": datetime(2026, 11, 26, 18, 30),
        "timezone": "Europe/London",
        "all_day": False,
        "until": datetime(2026, 12, 30, 11, 30, tzinfo=UTC),
    }
    return Subject(**(facts | changes))


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_only_a_members_own_link_is_called_theirs_alone(channel: str):
    own, page = (
        words_for("welcome", channel, subject(), language="en", url=URL, now=NOW, own=own) for own in (True, False)
    )
    assert "yours alone" in own.text
    assert "alone" not in page.text + (page.html or "")
    assert URL in page.text


@pytest.mark.parametrize("rule", RULES)
def test_a_text_fits_one_segment_even_with_long_names(rule: str):
    longest = subject(title="An evening of music, tea and quiet talk for all of us", place="x" * 60)
    text = words_for(rule, "sms", longest, language="en", url=URL, now=NOW).text
    assert len(smsutil.split(text).parts) == 1, text


@pytest.mark.parametrize("rule", RULES)
def test_the_quotes_and_dashes_that_calendars_write_cost_no_second_segment(rule: str):
    curly = subject(
        title="Women\u2019s \u201cfilm\u201d night \u2013 with tea\u2026", starts=datetime(2026, 12, 30, 11, 30)
    )
    text = words_for(rule, "sms", curly, language="en", url=URL, now=NOW).text
    assert len(smsutil.split(text).parts) == 1, text
    assert smsutil.is_valid_gsm(text), text


@pytest.mark.parametrize("rule", RULES)
def test_a_text_says_nothing_about_who_sends_it(rule: str):
    text = words_for(rule, "sms", subject(), language="en", url="https://x.example.org", now=NOW).text.lower()
    assert [word for word in TELLING if word in text] == []


@pytest.mark.parametrize("rule", RULES)
def test_a_letter_has_a_subject_and_says_the_same_in_both_forms(rule: str):
    words = words_for(rule, "email", subject(), language="en", url=URL, now=NOW)
    assert words.subject
    assert words.html
    assert URL in words.text
    assert URL in words.html


def test_days_are_said_as_people_say_them():
    assert words_for("day-before", "sms", subject(), language="en", url=URL, now=NOW).text == (
        "Games night is tomorrow, 6.30pm. Still coming? Text YES or NO."
    )


def test_an_unknown_language_is_answered_in_english():
    assert "tomorrow" in words_for("day-before", "sms", subject(), language="xx", url=URL, now=NOW).text


def test_a_hidden_groups_evening_is_not_named():
    text = words_for("day-before", "sms", subject(title=None, place=None), language="en", url=URL, now=NOW).text
    assert text.startswith("Your evening is tomorrow")


def test_markup_in_a_title_stays_text_in_a_letter():
    html = words_for("moved", "email", subject(title="<b>Film</b>"), language="en", url=URL, now=NOW).html
    assert "&lt;b&gt;Film" in (html or "")

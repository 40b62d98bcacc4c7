"""Files that are no calendars, entries that cannot be used, files meant to hurt, and texts that need cleaning."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.events import calendar_text
from services.events.calendar_file import read
from services.events.errors.calendar import CalendarTooLarge, NotACalendar
from tests.events.calendar_builders import SAMPLES, SINCE, UNTIL, calendar, event, once, only, reading, reasons, starts

GOOD = event(uid="good@example.org", title="Choir")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"name,phone\nMember 7,+447700900007\n", "no BEGIN:VCALENDAR"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"PK\x03\x04\x14\x00\x00\x00", "zip file"),
        (b"\n<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (event().encode(), "no BEGIN:VCALENDAR"),
    ],
)
def test_what_is_no_calendar_is_refused(data: bytes, says: str):
    with pytest.raises(NotACalendar, match=says):
        reading(data)


def test_a_file_that_is_too_big_is_refused_unread():
    with pytest.raises(CalendarTooLarge, match=r"has 47\.7 MB; at most 5 MB"):
        reading(b"\xff" * 50_000_000)


def test_a_calendar_of_nothing_is_a_calendar():
    assert reading(b"begin:vcalendar\nend:vcalendar").activities == ()


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["DTSTART:tomorrow"], "In its DTSTART, “tomorrow” is no date"),
        (["DTSTART:20261301T183000"], "is no date"),
        (["DTSTART"], "has no start (DTSTART)"),
        (["DTSTART;:20261126T183000"], "DTSTART line cannot be read"),
        (["DTSTART:20261126T183000", "DTSTART:20261127T183000"], "more than once"),
        (["DURATION:soon"], "DURATION"),
        (["DURATION:P9999D"], "longer than a year"),
        (["DTEND:99991231T235959"], "longer than a year"),
        (["RRULE:FREQ=SECONDLY"], "within the day"),
        (["RRULE:FREQ=MINUTELY;COUNT=5"], "within the day"),
        (["RRULE:FREQ=HOURLY"], "within the day"),
        (["RRULE:FREQ=SOMETIMES"], "cannot be read"),
        (["RRULE:FREQ=DAILY;BYHOUR=9,10,11,12,13"], "more than 1,000 dates"),
        (["DTSTART:00010101T000000", "RRULE:FREQ=DAILY;COUNT=1000000"], "too long to work out"),
        (["RRULE:FREQ=WEEKLY"] * 21, "more than 20 rules"),
        (["EXRULE:FREQ=DAILY"], "EXRULE"),
        (["EXDATE:20261203T183000,never"], "In its EXDATE, “never” is no date"),
        (["RDATE;VALUE=PERIOD:20261203T183000/P9999W"], "period that cannot be"),
        (["RDATE:" + "20261203T183000," * 7_000], "100,000 characters"),
        (["RDATE:" + "20261203T183000," * 4_000] * 2, "100,000 characters"),
        (["RECURRENCE-ID:99991231T235959", "DTSTART;TZID=America/New_York:99991231T235959"], "end of all calendars"),
        (["CLASS:PRIVATE"], "marked as private"),
        (["BEGIN:VEVENT"], "no END:VEVENT"),
    ],
)
def test_an_entry_that_cannot_be_used_is_told_of_and_the_rest_goes_in(lines: list[str], says: str):
    data = calendar(GOOD, event(*lines))
    problem = next(problem for problem in reading(data).problems if says in problem.reason)
    assert (problem.line, problem.component) == (8, 'VEVENT "Games night"')
    assert [activity.title for activity in reading(data).activities][:1] == ["Choir"]


def test_what_an_entry_lacks_is_told_of_and_it_goes_in():
    ((line, component, reason),) = reasons(calendar(event("DTEND:20261126T080000")))
    assert (line, component) == (3, 'VEVENT "Games night"')
    assert reason.startswith("It ends before it starts, so its end was left out.")
    ((line, component, reason),) = reasons(calendar(event(title="")))
    assert (line, component, reason[:15]) == (3, "VEVENT", "It has no title")


def test_other_things_in_a_calendar_are_told_of_once_or_passed_over():
    todo = "BEGIN:VTODO\nSUMMARY:Buy milk\nEND:VTODO"
    alarm = "BEGIN:VALARM\nDTSTART:nonsense\nBEGIN:VALARM\nEND:VALARM\nSUMMARY:Ping\nEND:VALARM"
    unknown = "BEGIN:X-THING\nDTSTART:nonsense\nEND:X-THING"
    data = calendar(
        unknown,
        todo,
        event("SUMMARY:Games night", "DTSTART:20261126T183000", alarm, "X-ANYTHING:goes", "LOCATION:Hall"),
        todo,
    )
    assert reasons(data) == [
        (6, 'VTODO "Buy milk"', "Only events go in: things to do (VTODO) were left out, 2 in this file.")
    ]
    (activity,) = reading(data).activities
    assert (activity.title, activity.place) == ("Games night", "Hall")


def test_a_file_cut_off_in_the_middle_gives_what_came_before():
    data = calendar(GOOD, event()).rsplit(b"DTSTART", 1)[0]
    assert [activity.title for activity in reading(data).activities] == ["Choir"]
    assert [(line, reason[:25]) for line, _, reason in reasons(data)] == [(8, "It has no END:VEVENT line")]


def test_a_rule_that_never_comes_round_ends():
    activity = only(calendar(event("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31")))
    assert starts(activity) == ["2026-11-26 18:30"]


def test_only_so_many_entries_dates_and_problems_are_taken(monkeypatch: pytest.MonkeyPatch):
    broken = calendar("BEGIN:VEVENT\nEND:VEVENT\n" * 100_000)
    file = reading(broken)
    assert len(file.problems) == 1_001
    assert "9,001 more problems" in file.problems[-1].reason
    monkeypatch.setattr(calendar_text, "COMPONENTS_AT_MOST", 2)
    ((line, _, reason),) = reasons(calendar(*(event(uid=f"{number}") for number in range(5))))
    assert line == 13
    assert "the 3 from this line on were left out" in reason


def test_a_file_of_dear_rules_is_counted_as_a_whole():
    dear = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=9"
    data = calendar(*(event("DTSTART:15000101T183000", dear, uid=f"{number}") for number in range(20)), GOOD)
    file = reading(data)
    assert [activity.title for activity in file.activities] == ["Choir"]
    assert len(file.problems) == 20
    assert "too long" in file.problems[0].reason
    assert "The rules in this file" in file.problems[-1].reason


def test_deep_and_long_things_are_only_read_past():
    deep = calendar("BEGIN:VEVENT\n" + "BEGIN:VALARM\n" * 50_000, GOOD)
    assert [activity.title for activity in reading(deep).activities] == ["Choir"]
    long = once(calendar(event("DESCRIPTION:" + "x" * 1_000_000)))
    assert long.summary == "x" * 1_999 + "…"
    folded = calendar(event("DESCRIPTION:y" + "\n z" * 100_000))
    assert once(folded).summary == "y" + "z" * 1_998 + "…"


def test_a_zone_that_is_defined_to_hurt_is_not_counted_out():
    part = "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0000\nRRULE:{}\nEND:STANDARD\n"
    for rule in ("FREQ=SECONDLY", "FREQ=DAILY;COUNT=999999", "FREQ=YEARLY;BYDAY=MO;COUNT=9999"):
        zone = f"BEGIN:VTIMEZONE\nTZID:Odd\n{part.format(rule) * 300}END:VTIMEZONE"
        file = reading(calendar(zone, event("DTSTART;TZID=Odd:20261126T183000")))
        assert "defined in a way that cannot be read" in file.problems[0].reason
        assert starts(file.activities[0]) == ["2026-11-26 18:30"]


def test_bytes_in_old_encodings_and_folds_inside_a_character():
    latin = calendar(event(title="Café „quiz“ €")).decode().encode("cp1252")
    assert only(latin).title == "Café „quiz“ €"
    mixed = latin + calendar(event(uid="b", title="Café ☕ €"))
    assert [activity.title for activity in reading(mixed).activities] == ["Café „quiz“ €", "Café ☕ €"]
    folded = calendar(event(title="Caf#")).replace(b"#", b"\xc3\r\n \xa9")
    assert only(folded).title == "Café"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (r"Tea\, cake\; talk\nAt six\\seven", "Tea, cake; talk\nAt six\\seven"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("<ul><li>Hats</li><li>Cakes</li></ul>", "- Hats\n- Cakes"),
        ("<html><head><style>p {}</style></head><body>Hello <b>there</b></body></html>", "Hello there"),
        ('<a href="https://example.org/a?b=1&amp;c=2">Join</a>', "Join (https://example.org/a?b=1&c=2)"),
        ('<a href="https://example.org">https://example.org</a>', "https://example.org"),
        ("<script>alert(1)</script><p>Safe</p>", "Safe"),
        ("Fish &amp; chips &#8211; 5 &lt; 6", "Fish & chips \u2013 5 < 6"),
        ("I <3 this & 2 < 3", "I <3 this & 2 < 3"),
        ("<p>Broken <!-- never ends", "Broken"),
        ("a\x00b\x07c\u202ed\u200be\ufeff", "abcde"),
        (r"one\n\n\n\n\ntwo   three ", "one\n\ntwo three"),
    ],
)
def test_texts_become_plain(written: str, read_as: str):
    assert once(calendar(event(f"DESCRIPTION:{written}"))).summary == read_as


def test_a_description_broken_into_lines_without_folding_is_put_together():
    assert (
        once(calendar(event("DESCRIPTION:One", "two (three)", "four!", "LOCATION:Hall"))).summary
        == "One\ntwo (three)\nfour!"
    )


def test_texts_are_cut_between_characters():
    family, accent = "👨‍👩‍👧", "e\u0301\u0302"
    title = once(calendar(event(title="x" * 196 + family + "and more"))).title
    assert title == "x" * 196 + "…"
    title = once(calendar(event(title="x" * 198 + accent + "and more"))).title
    assert title == "x" * 198 + "…"
    assert once(calendar(event(title="One\\ntwo\t three"))).title == "One two three"
    assert len(once(calendar(event("LOCATION:" + "y" * 500))).place) == 200


def test_a_long_uid_stays_itself_within_its_length():
    one, two = (only(calendar(event(uid="u" * 5_000 + end))).uid for end in "ab")
    assert len(one) <= 200
    assert one != two


# Whatever the bytes, what comes out is a calendar that keeps its promises or one of the two named errors.

HURTFUL = [
    *("RRULE:FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2", "RRULE:FREQ=DAILY;COUNT=1000000", "DTSTART;VALUE=DATE:00010101"),
    *("RECURRENCE-ID:99991231T235959Z", "EXDATE:99991231T235959Z", "RDATE;VALUE=PERIOD:20261201T100000Z/PT1H", "\\"),
    *("DTEND:99991231", "DURATION:-P1D", "DURATION:P99999999999W", "TZOFFSETTO:+2359", "TZOFFSETFROM:-2359", ";", ":"),
    *(
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "SUMMARY:<![x",
        "DTSTART;TZID=:20261126T183000",
    ),
    *("UID:", "SEQUENCE:9", "STATUS:CANCELLED", "CLASS:PRIVATE", "\x00", "RRULE:FREQ=WEEKLY;UNTIL=99991231T235959Z"),
]
LINES = [path.read_bytes().split(b"\r\n") for path in sorted(SAMPLES.glob("*.ics"))]


def mutated(seed: int) -> bytes:
    """A sample with a few lines changed, moved, doubled or broken."""
    chance = random.Random(seed)
    lines = list(chance.choice(LINES))
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                lines[at] = chance.choice(HURTFUL).encode()
            case 1:
                lines.insert(at, chance.choice(lines))
            case 2:
                del lines[at]
            case 3:
                cut = chance.randint(0, len(lines[at]))
                lines[at] = lines[at][:cut] + chance.choice(HURTFUL).encode() + lines[at][cut:]
            case _:
                lines[at] = bytes(chance.choice((letter, chance.randrange(256))) for letter in lines[at])
    return chance.choice((b"\r\n", b"\n", b"\r")).join(lines)


def promises(data: bytes) -> None:
    try:
        file = read(data, zone="Europe/London", since=SINCE, until=UNTIL)
    except (NotACalendar, CalendarTooLarge):
        return
    assert file == read(data, zone="Europe/London", since=SINCE, until=UNTIL)
    assert len({activity.uid for activity in file.activities}) == len(file.activities)
    for activity in file.activities:
        assert len({one.slot for one in activity.occurrences}) == len(activity.occurrences)
        assert 0 < len(activity.uid) <= 250
        for one in activity.occurrences:
            assert SINCE <= one.starts.date() <= UNTIL
            assert one.starts <= one.ends
            assert one.starts.tzinfo is None
            assert 0 < len(one.title) <= 200
    for problem in file.problems:
        assert 1 <= problem.line <= len(data.splitlines())
        assert problem.reason.endswith((".", "!"))


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_a_calendar_that_was_tampered_with_keeps_its_promises(seed: int):
    promises(mutated(seed))


@settings(deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_a_calendar_or_refused(data: bytes, framed: bool):
    promises(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + data + b"\nEND:VEVENT\n" if framed else data)

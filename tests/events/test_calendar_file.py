"""What a calendar file says, and what comes out: times, zones, rules, changed dates, texts."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.events.calendar_builders import NEW_YORK, calendar, event, once, only, reading, reasons, span, starts

WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=3"


def test_one_evening():
    activity = only(calendar(event("DTEND:20261126T210000", "DESCRIPTION:Bring a game", "LOCATION:Church Hall")))
    assert (activity.uid, activity.title, activity.summary) == ("games@example.org", "Games night", "Bring a game")
    assert (activity.place, activity.timezone, activity.rule) == ("Church Hall", "Europe/London", None)
    (evening,) = activity.occurrences
    assert (evening.slot, span(evening)) == ("2026-11-26T18:30:00", "2026-11-26 18:30 to 2026-11-26 21:00")
    assert (evening.all_day, evening.cancelled) == (False, False)
    assert (evening.title, evening.summary, evening.place) == ("Games night", "Bring a game", "Church Hall")


@pytest.mark.parametrize(
    ("lines", "lasts"),
    [
        (["DTSTART:20261126T183000"], "2026-11-26 18:30 to 2026-11-26 18:30"),
        (["DTSTART:20261126T183000", "DURATION:PT2H30M"], "2026-11-26 18:30 to 2026-11-26 21:00"),
        (["DTSTART:20261126T220000", "DTEND:20261127T013000"], "2026-11-26 22:00 to 2026-11-27 01:30"),
        (
            ["DTSTART:20261126T180000Z", "DTEND;TZID=Europe/Paris:20261126T210000"],
            "2026-11-26 18:00 to 2026-11-26 20:00",
        ),
        (["DTSTART;VALUE=DATE:20261126"], "2026-11-26 00:00 to 2026-11-27 00:00"),
        (["DTSTART:20261126"], "2026-11-26 00:00 to 2026-11-27 00:00"),
        (["DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261129"], "2026-11-26 00:00 to 2026-11-29 00:00"),
        (["DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261126"], "2026-11-26 00:00 to 2026-11-27 00:00"),
        (["DTSTART;VALUE=DATE:20261126", "DURATION:P2D"], "2026-11-26 00:00 to 2026-11-28 00:00"),
        (
            ["DTSTART:20261126T000000", "DTEND:20261127T000000", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"],
            "2026-11-26 00:00 to 2026-11-27 00:00",
        ),
    ],
)
def test_how_long_it_lasts(lines: list[str], lasts: str):
    evening = once(calendar(event(*lines)))
    assert span(evening) == lasts
    assert evening.all_day == (lasts.count("00:00") == 2)
    assert len(evening.slot) == (10 if evening.all_day else 19)


@pytest.mark.parametrize(
    ("zone", "timezone", "wall"),
    [
        ("", "Europe/London", "18:30"),
        (";TZID=Europe/London", "Europe/London", "18:30"),
        (";TZID=europe/london", "Europe/London", "18:30"),
        (";TZID=America/New_York", "America/New_York", "18:30"),
        (';TZID="GMT Standard Time"', "Europe/London", "18:30"),
        (";TZID=W. Europe Standard Time", "Europe/Berlin", "18:30"),
        (";TZID=/freeassociation.sourceforge.net/Europe/London", "Europe/London", "18:30"),
        (";TZID=/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires", "18:30"),
        (";TZID=UTC", "Europe/London", "19:30"),
        (";TZID=tzone://Microsoft/Utc", "Europe/London", "19:30"),
        (";TZID=UTC+0", "Europe/London", "19:30"),
        (";TZID=GMT-05:30", "Europe/London", "01:00"),
        (";TZID=Our clock", "Europe/London", "23:30"),
    ],
)
def test_the_zone_a_time_is_told_in(zone: str, timezone: str, wall: str):
    activity = only(calendar(NEW_YORK, event(f"DTSTART{zone}:20270610T183000")))
    (evening,) = activity.occurrences
    assert (activity.timezone, f"{evening.starts:%H:%M}") == (timezone, wall)


def test_a_zone_defined_after_it_is_used_and_one_that_is_the_programmes_own():
    here = NEW_YORK.replace("0500", "0000").replace("-0400", "+0100").replace("20070311T02", "20070325T01")
    here = here.replace("BYDAY=2SU", "BYDAY=-1SU").replace("BYMONTH=11;BYDAY=1SU", "BYMONTH=10;BYDAY=-1SU")
    rule = "RRULE:FREQ=MONTHLY;COUNT=12"
    activity = only(calendar(event("DTSTART;TZID=Our clock:20261126T183000", rule), here))
    assert activity.timezone == "Europe/London"
    assert {when[-5:] for when in starts(activity)} == {"18:30"}


def test_an_unknown_zone_is_told_of_once_and_read_as_the_programmes_own():
    one, two = (event("DTSTART;TZID=Moon/Sea:20261126T183000", uid=uid) for uid in "ab")
    file = reading(calendar(one, two))
    assert [starts(activity) for activity in file.activities] == [["2026-11-26 18:30"], ["2026-11-26 18:30"]]
    (problem,) = file.problems
    assert (problem.line, problem.component) == (3, 'VEVENT "Games night"')
    assert "“Moon/Sea” is not known" in problem.reason
    assert "taken as Europe/London" in problem.reason


def test_a_calendar_may_say_where_it_lives():
    hint = "X-WR-TIMEZONE:America/New_York"
    assert only(calendar(hint, event())).timezone == "America/New_York"
    assert only(calendar("X-WR-TIMEZONE:UTC", event())).timezone == "Europe/London"
    utc = only(calendar(hint, event("DTSTART:20261126T183000Z")))
    assert (utc.timezone, starts(utc)) == ("Europe/London", ["2026-11-26 18:30"])


def test_a_weekly_evening_stays_at_its_hour_when_the_clocks_change():
    lines = ("DTSTART;TZID=Europe/London:20270318T183000", "DTEND;TZID=Europe/London:20270318T203000", WEEKLY)
    activity = only(calendar(event(*lines)))
    assert starts(activity) == ["2027-03-18 18:30", "2027-03-25 18:30", "2027-04-01 18:30"]
    assert {f"{evening.ends:%H:%M}" for evening in activity.occurrences} == {"20:30"}


def test_a_rule_in_utc_goes_on_in_utc():
    activity = only(calendar(event("DTSTART:20270318T183000Z", "DTEND:20270318T203000Z", WEEKLY)))
    assert starts(activity) == ["2027-03-18 18:30", "2027-03-25 18:30", "2027-04-01 19:30"]
    assert [evening.slot[-8:-3] for evening in activity.occurrences] == ["18:30", "18:30", "19:30"]


def test_a_time_the_clocks_jump_over_begins_when_they_land():
    lines = ("DTSTART;TZID=Europe/London:20270327T013000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3")
    night = only(calendar(event(*lines))).occurrences[1]
    assert (night.slot, span(night)) == ("2027-03-28T01:30:00", "2027-03-28 02:30 to 2027-03-28 03:30")


def test_an_hour_that_comes_twice_keeps_which_one_was_meant():
    first, second = (once(calendar(event(f"DTSTART:20271031T{hour}3000Z"))).starts for hour in ("00", "01"))
    assert first == second == datetime(2027, 10, 31, 1, 30)
    assert [when.replace(tzinfo=ZoneInfo("Europe/London")).utcoffset().seconds for when in (first, second)] == [3600, 0]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([WEEKLY, "EXDATE:20261203T183000"], ["11-26 18:30", "12-10 18:30"]),
        ([WEEKLY, "EXDATE:20261203T183000,20261210T183000"], ["11-26 18:30"]),
        ([WEEKLY, "EXDATE;VALUE=DATE:20261203"], ["11-26 18:30", "12-10 18:30"]),
        ([WEEKLY, "EXDATE:20261203T183000Z"], ["11-26 18:30", "12-10 18:30"]),
        ([WEEKLY, "EXDATE;TZID=Europe/Paris:20261203T193000"], ["11-26 18:30", "12-10 18:30"]),
        ([WEEKLY, "EXDATE:"], ["11-26 18:30", "12-03 18:30", "12-10 18:30"]),
        (["RDATE:20261127T100000", "RDATE:20261128T100000Z"], ["11-26 18:30", "11-27 10:00", "11-28 10:00"]),
        (["RDATE;VALUE=DATE:20261127"], ["11-26 18:30", "11-27 18:30"]),
        (["RRULE:FREQ=WEEKLY;UNTIL=20261203T183000Z"], ["11-26 18:30", "12-03 18:30"]),
        (["RRULE:FREQ=WEEKLY;UNTIL=20261202"], ["11-26 18:30"]),
        (["RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=2"], ["11-26 18:30", "11-27 18:30", "12-03 18:30"]),
    ],
)
def test_the_dates_of_a_series(lines: list[str], found: list[str]):
    assert [when[5:] for when in starts(only(calendar(event(*lines))))] == found


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20270703", "2027-07-03"),
        ("20270703T235959Z", "2027-07-03"),
        ("20270703T000000Z", "2027-07-03"),
        ("20270702T230000Z", "2027-07-03"),
    ],
)
def test_the_end_of_an_all_day_rule_means_the_day(until: str, last: str):
    lines = ("DTSTART;VALUE=DATE:20270701", f"RRULE:FREQ=DAILY;UNTIL={until}", "EXDATE:20270701T230000Z")
    activity = only(calendar(event(*lines)))
    assert [evening.slot for evening in activity.occurrences] == ["2027-07-01", last]


def test_a_period_has_its_own_length():
    lines = ("DURATION:PT1H", "RDATE;VALUE=PERIOD:20261127T100000/PT2H,20261128T100000/20261128T130000")
    found = only(calendar(event(*lines))).occurrences
    assert [(one.ends - one.starts).seconds // 3600 for one in found] == [1, 2, 3]


def changed(*lines: str, original: str = ":20261203T183000") -> str:
    return event(f"RECURRENCE-ID{original}", *lines, title="")


def test_a_changed_date_keeps_its_slot_and_what_it_does_not_say():
    series = event(WEEKLY, "DTEND:20261126T203000", "LOCATION:Church Hall")
    moved = changed("DTSTART:20261204T190000", "SUMMARY:Film night", "LOCATION:Library")
    for parts in ([series, moved], [moved, series]):
        _, film, last = only(calendar(*parts)).occurrences
        assert (film.slot, film.title, film.place) == ("2026-12-03T18:30:00", "Film night", "Library")
        assert span(film) == "2026-12-04 19:00 to 2026-12-04 21:00"
        assert (last.title, last.place) == ("Games night", "Church Hall")


@pytest.mark.parametrize(
    "original", [":20261203T183000Z", ";TZID=Europe/Paris:20261203T193000", ";VALUE=DATE:20261203"]
)
def test_a_changed_date_may_be_named_in_other_ways(original: str):
    change = changed("DTSTART:20261203T200000", original=original)
    assert starts(only(calendar(event(WEEKLY), change)))[1] == "2026-12-03 20:00"


def test_a_date_called_off_stays_and_says_so():
    change = changed("STATUS:CANCELLED", "DTSTART:20261203T183000")
    evenings = only(calendar(event(WEEKLY), change)).occurrences
    assert [evening.cancelled for evening in evenings] == [False, True, False]
    without_start = change.replace("DTSTART:20261203T183000\n", "")
    assert only(calendar(event(WEEKLY), without_start)).occurrences == evenings


def test_all_of_it_called_off():
    assert {one.cancelled for one in only(calendar(event(WEEKLY, "STATUS:CANCELLED"))).occurrences} == {True}
    assert {one.cancelled for one in only(calendar("METHOD:CANCEL", event(WEEKLY))).occurrences} == {True}
    assert {one.cancelled for one in only(calendar("METHOD:REQUEST", event(WEEKLY))).occurrences} == {False}


def test_changed_dates_without_their_series():
    activity = only(calendar(changed("DTSTART:20261204T190000", "SUMMARY:Film night")))
    assert (activity.title, activity.rule) == ("Film night", None)
    assert [(one.slot, one.title) for one in activity.occurrences] == [("2026-12-03T18:30:00", "Film night")]


def test_a_date_moved_into_the_time_asked_for_counts_and_one_moved_out_does_not():
    series = event("DTSTART:20261112T183000", WEEKLY)
    into = changed("DTSTART:20261127T183000", original=":20261119T183000")
    out = changed("DTSTART:20261120T183000", original=":20261126T183000")
    (evening,) = only(calendar(series, into, out)).occurrences
    assert (evening.slot, span(evening)[:16]) == ("2026-11-19T18:30:00", "2026-11-27 18:30")


def test_a_change_for_all_later_dates_is_told_of():
    series, later = event(WEEKLY), changed("DTSTART:20261203T200000", original=";RANGE=THISANDFUTURE:20261203T183000")
    file = reading(calendar(series, later))
    assert [when[-5:] for when in starts(file.activities[0])] == ["18:30", "20:00", "18:30"]
    assert "THISANDFUTURE" in file.problems[0].reason


def test_an_activity_that_is_over_comes_out_without_dates():
    assert only(calendar(event("DTSTART:20200101T183000", WEEKLY))).occurrences == ()


def test_the_newest_of_several_copies_is_used():
    old, new = (event(f"SEQUENCE:{number}", f"LOCATION:Room {number}") for number in (1, 2))
    for parts in ([old, new], [new, old]):
        file = reading(calendar(*parts))
        assert [activity.place for activity in file.activities] == ["Room 2"]
        assert "newer entry" in file.problems[0].reason
    assert only(calendar(old, old)).place == "Room 1"


def test_different_things_with_one_uid_all_go_in():
    file = reading(calendar(event("DTSTART:20261126T183000"), event("DTSTART:20261127T183000", title="Choir")))
    assert [(activity.uid, activity.title) for activity in file.activities] == [
        ("games@example.org#2026-11-26T18:30:00", "Games night"),
        ("games@example.org#2026-11-27T18:30:00", "Choir"),
    ]
    assert {"same UID" in problem.reason for problem in file.problems} == {True}


def test_without_a_uid_it_goes_in_under_one_that_stays():
    data = calendar(event().replace("UID:games@example.org\n", ""))
    (activity,) = reading(data).activities
    assert activity.uid.startswith("no-uid-")
    assert reading(data).activities == (activity,)
    assert reasons(data)[0][:2] == (3, 'VEVENT "Games night"')
    longer = data.replace(b"END:VEVENT", b"DESCRIPTION:more\r\nEND:VEVENT")
    assert reading(longer).activities[0].uid == activity.uid


def test_several_calendars_in_one_file():
    two = calendar("X-WR-TIMEZONE:Europe/Dublin", event(uid="a")) + calendar("METHOD:CANCEL", event(uid="b"))
    first, second = reading(two).activities
    assert (first.timezone, first.occurrences[0].cancelled) == ("Europe/Dublin", False)
    assert (second.timezone, second.occurrences[0].cancelled) == ("Europe/London", True)

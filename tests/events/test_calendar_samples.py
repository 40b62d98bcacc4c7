"""One file in the manner of each of four programs, read from its bytes."""

import pytest

from services.events.calendar_file import CalendarActivity
from tests.events.calendar_builders import SAMPLES, reading, span, starts


def activities(name: str) -> dict[str, CalendarActivity]:
    return {activity.title: activity for activity in reading((SAMPLES / name).read_bytes()).activities}


def problems(name: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.component) for problem in reading((SAMPLES / name).read_bytes()).problems]


def test_google():
    found = activities("google.ics")
    assert problems("google.ics") == []
    games = found["Games night"]
    assert games.summary == "Board games, cards and a quiz.\n\nBring a friend & a snack.\nKettle on from six."
    assert games.place == "Church Hall, 12 Mill Lane"
    assert len(games.occurrences) == 21
    assert games.occurrences[-1].slot == "2027-04-29T18:30:00"
    assert starts(games)[:5] == [
        "2026-11-26 18:30",
        "2026-12-04 19:00",
        "2026-12-10 18:30",
        "2026-12-17 18:30",
        "2027-01-07 18:30",
    ]
    film, called_off = games.occurrences[1], games.occurrences[3]
    assert film.title == "Film night 🎬 instead of games, with popcorn and cushions and naïve café music 🎶🎶🎶"
    assert (film.slot, film.place, film.cancelled) == ("2026-12-03T18:30:00", "Library, upstairs room", False)
    assert called_off.cancelled
    walk = found["A walk in the hills"]
    assert span(walk.occurrences[0]) == "2027-06-12 10:00 to 2027-06-12 16:00"
    assert walk.summary == "Meet at the station. See the route (https://walks.example.org/hills)"
    assert span(found["Camping weekend"].occurrences[0]) == "2027-07-16 00:00 to 2027-07-19 00:00"
    assert [when[5:10] for when in starts(found["Music appreciation"])] == [
        *("11-29", "12-27", "01-31", "02-28", "03-28", "04-25"),
    ]


def test_outlook():
    found = activities("outlook.ics")
    assert problems("outlook.ics") == [(106, 'VEVENT "Dentist"')]
    core = found["Core Group meeting"]
    assert core.timezone == "Europe/London"
    assert core.summary == "What we want to say to the programme.\n\nTea and biscuits at the start; finish by nine."
    assert [one.slot[:10] for one in core.occurrences] == [
        *("2026-12-03", "2027-02-04", "2027-03-04", "2027-05-06", "2027-06-03", "2027-07-01", "2027-08-05"),
    ]
    later = core.occurrences[2]
    assert (later.title, later.place) == ("Core Group meeting (later, other room)", "Room 5, Day Centre")
    assert span(later) == "2027-03-04 20:00 to 2027-03-04 21:30"
    fair = found["Winter fair"]
    assert (fair.occurrences[0].all_day, fair.summary) == (True, "Stalls & soup\n- Hats\n- Cakes")
    assert (found["Picnic"].timezone, starts(found["Picnic"])) == ("Europe/London", ["2027-06-10 18:00"])


def test_apple():
    found = activities("apple.ics")
    assert problems("apple.ics") == [(77, 'VTODO "Buy milk"')]
    coffee = found["Coffee morning ☕️"]
    assert coffee.place == "Corner Café, 3 High Street, Old Town, England"
    assert starts(coffee)[:4] == ["2026-11-24 10:30", "2026-11-27 14:00", "2026-12-15 10:30", "2027-01-05 10:30"]
    assert coffee.occurrences[2].slot == "2026-12-08T10:30:00"
    assert starts(coffee)[-1] == "2027-03-30 10:30"
    assert span(found["Supper club"].occurrences[0]) == "2027-01-09 19:00 to 2027-01-09 21:30"
    assert starts(found["Our birthday"]) == ["2026-12-01 00:00", "2027-12-01 00:00"]


def test_wordpress():
    found = activities("wordpress.ics")
    assert problems("wordpress.ics") == [(60, 'VEVENT "New Year lunch"')]
    soups = found["Cooking & Eating Together \u2013 Winter Soups"]
    assert soups.summary == "We cook, we eat \u2013 it\u2019s free.\nAll welcome!"
    assert starts(found["Choir"]) == ["2026-12-02 18:00"]
    assert span(found["Closed for the holidays"].occurrences[0]) == "2026-12-24 00:00 to 2027-01-02 00:00"
    assert starts(found["Pottery"]) == ["2027-01-12 18:00"]


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.ics")))
@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\r\n"])
def test_the_ends_of_lines_do_not_matter(name: str, end: bytes):
    data = (SAMPLES / name).read_bytes()
    assert reading(data.replace(b"\r\n", end)).activities == reading(data).activities


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.ics")))
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_the_encoding_does_not_matter(name: str, encoding: str):
    data = (SAMPLES / name).read_bytes()
    # Folds fall inside characters, so the file is unfolded before it can be written in another encoding.
    text = data.replace(b"\r\n ", b"").decode()
    assert reading(text.encode(encoding)).activities == reading(data).activities

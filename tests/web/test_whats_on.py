import gzip
from collections.abc import Callable
from datetime import UTC, datetime

from tests.conftest import Clock
from tests.web.beside import Beside
from tests.web.beside_programme import GAMES, HIDDEN, VOICES, an_occurrence
from tests.web.conftest import Browser


def test_what_is_on_is_shown_by_day_to_anybody(browser: Browser):
    page = browser.get("/")
    assert page.status_code == 200
    assert page.text.count("<h1>") == 1
    assert "Thursday 26 November" in page.text
    assert "6.30pm to 8.30pm" in page.text
    assert "3 places left" in page.text
    assert "All day" in page.text
    assert f'href="/occurrences/{GAMES}"' in page.text
    assert "The Programme" in page.text
    assert "<title>What&#39;s on</title>" in page.text or "<title>What's on</title>" in page.text


def test_what_was_cancelled_stays_with_the_word_for_it(browser: Browser):
    page = browser.get("/").text
    assert "<s>Film night</s>" in page
    assert ">Cancelled<" in page


def test_nothing_needs_a_script_or_another_host(browser: Browser):
    page = browser.get("/").text
    assert "<script" not in page
    assert "://" not in page
    assert " style=" not in page


def test_who_is_coming_sees_it(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.answers[GAMES] = "going"
    page = browser.get("/")
    assert "You are coming" in page.text
    assert "Member 7" in page.text
    assert page.headers["cache-control"] == "private, no-store"


def test_a_hidden_group_shows_to_its_member_alone(browser: Browser, beside: Beside):
    beside.hidden.append(
        an_occurrence(HIDDEN, "Quiet evening", "2026-12-01T18:00:00+00:00", "2026-12-01T19:00:00+00:00")
    )
    assert "Quiet evening" not in browser.get("/").text
    browser.sign_in()
    assert "Quiet evening" in browser.get("/").text
    browser.client.cookies.clear()
    assert "Quiet evening" not in browser.get("/").text


def test_one_group_can_be_picked_and_all_shown_again(browser: Browser):
    assert 'href="/?group=voices"' in browser.get("/").text
    page = browser.get("/?group=voices").text
    assert "Film night" in page
    assert "Games night" not in page
    assert 'href="/">Show everything' in page
    assert VOICES["name"].replace("'", "&#39;") in page


def test_a_group_nobody_knows_is_answered_with_the_whole_list(browser: Browser):
    page = browser.get("/?group=nobody")
    assert page.status_code == 404
    assert "Show everything" in page.text


def test_a_made_up_place_in_the_list_is_answered_kindly(browser: Browser):
    page = browser.get("/?after=bad")
    assert page.status_code == 404
    assert "Show everything" in page.text


def test_an_empty_programme_has_kind_words(browser: Browser, beside: Beside):
    beside.programme.clear()
    page = browser.get("/")
    assert page.status_code == 200
    assert "Nothing is planned yet" in page.text


def test_a_long_list_goes_on(browser: Browser, beside: Beside):
    beside.programme.extend(
        an_occurrence(f"0198f000-0000-7000-8000-0000000001{n:02d}", f"Evening {n}", at, at)
        for n in range(60)
        for at in ["2026-12-03T18:00:00+00:00"]
    )
    page = browser.get("/").text
    assert 'href="/?after=two"' in page
    assert "Show later dates" in page
    assert 'href="/">Show everything' in browser.get("/?after=two").text


def test_while_events_is_away_the_page_says_so(browser: Browser, beside: Beside):
    for how in ("events", "events:odd", "events:broken"):
        beside.away = {how}
        page = browser.get("/")
        assert page.status_code == 503
        assert "It is not you" in page.text
        assert page.headers["retry-after"] == "10"
        assert page.headers["cache-control"] == "private, no-store"


def test_while_members_is_away_the_public_programme_still_shows(browser: Browser, beside: Beside):
    beside.expires_in = 60
    browser.sign_in()
    beside.away = {"members"}
    page = browser.get("/")
    assert page.status_code == 200
    assert "Games night" in page.text
    assert "cannot see who you are" in page.text
    assert page.headers["cache-control"] == "private, no-store"


def test_only_the_public_list_may_be_kept_and_a_repeat_costs_no_bytes(browser: Browser):
    page = browser.get("/")
    assert page.headers["cache-control"] == "public, max-age=0, s-maxage=5"
    assert "Cookie" in page.headers["vary"]
    assert "set-cookie" not in page.headers
    again = browser.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304
    assert not again.content


def test_the_services_are_asked_once_while_the_answer_may_be_kept(browser: Browser, beside: Beside):
    beside.max_age = 30
    for _ in range(5):
        browser.get("/")
    assert beside.asked == ["occurrences"]


def test_an_answer_that_may_not_be_kept_is_asked_for_each_time(browser: Browser, beside: Beside):
    beside.max_age = None
    browser.get("/")
    beside.programme.pop()
    assert "A walk in the hills" not in browser.get("/").text
    assert beside.asked == ["occurrences", "occurrences"]


def test_days_are_told_anew_when_the_day_turns(browser: Browser, beside: Beside, clock: Clock):
    beside.max_age = 30
    assert "Today" not in browser.get("/").text
    clock.set(datetime(2026, 11, 26, 9, tzinfo=UTC))
    assert "Today, Thursday 26 November" in browser.get("/").text


def test_the_first_load_is_light(browser: Browser, beside: Beside):
    beside.programme = [
        an_occurrence(
            f"0198f000-0000-7000-8000-0000000002{n:02d}",
            f"Evening number {n}",
            f"2026-12-{n % 28 + 1:02d}T18:30:00+00:00",
            f"2026-12-{n % 28 + 1:02d}T20:30:00+00:00",
            places_left=n,
            capacity=20,
        )
        for n in range(50)
    ]
    with browser.client.stream("GET", "/", headers={"Accept-Encoding": "gzip"}) as page:
        body = b"".join(page.iter_raw())
    text = gzip.decompress(body).decode()
    sent = len(body)
    urls = [part.split('"')[0] for part in text.split('href="')[1:] if part.startswith("/static/")]
    for url in urls:
        with browser.client.stream("GET", url, headers={"Accept-Encoding": "gzip"}) as file:
            sent += len(b"".join(file.iter_raw()))
    assert len(urls) + 1 <= 4
    assert sent < 6 * 1024


def test_words_of_others_are_shown_as_words(browser: Browser, beside: Beside):
    beside.programme[0]["title"] = "<script>alert(1)</script>"
    page = browser.get("/").text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_by_https_nothing_changes_but_the_cookie(open_site: Callable[..., Browser]):
    assert open_site("https://forum.example.org").get("/").status_code == 200

"""The page shows what happened, lets people text back, and lets nothing out of its box."""

from html.parser import HTMLParser
from smtplib import SMTP

import pytest
from twilio.rest import Client

from deploy.simulator.pages import HERE, with_links
from tests.simulator.conftest import OURS, PHONE, Product, Running, until

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{ 7*7 }} javascript:alert(1)"


class Reader(HTMLParser):
    """Which elements a page has, and which controls go without a label."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.controls: set[str | None] = set()
        self.labels: set[str | None] = set()
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append(tag)
        if "id" in attributes:
            self.ids.append(str(attributes["id"]))
        if tag == "input" and attributes.get("type") != "hidden":
            self.controls.add(attributes.get("id"))
        if tag == "label":
            self.labels.add(attributes.get("for"))


@pytest.fixture
def busy(twilio: Client, smtp: SMTP, simulator: Running, product: Product) -> Running:
    """A simulator in which a bit of everything happened."""
    twilio.messages.create(to=PHONE, from_=OURS, body="Tonight at 18:30: http://x.example.org/a?b=c&d=e.")
    until(lambda: PHONE in simulator.http.get("/").text)
    product.says("Great.")
    simulator.text("I'm coming")
    smtp.sendmail("forum@example.org", ["a@example.org"], "Subject: Tonight\r\n\r\nGames.")
    return simulator


def test_a_conversation_reads_downwards(busy: Running):
    for path in ("/", f"/phones/{PHONE}"):
        page = busy.http.get(path).text
        places = [page.index(words) for words in ("Tonight at 18:30", "I&#39;m coming", "Great.")]
        assert places == sorted(places)
        assert '<a href="http://x.example.org/a?b=c&amp;d=e" rel="noreferrer">' in page


def test_a_phone_texts_back_through_its_form(busy: Running, product: Product):
    product.calls.clear()
    product.says("See you there.")
    answer = busy.http.post(f"/phones/{PHONE}/reply", data={"text": "YES", "back": "everything"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/#phone-447700900123")
    (call,) = product.hears(1)
    assert (call.form["From"], call.form["Body"]) == (PHONE, "YES")
    assert "See you there." in busy.http.get("/").text


def test_a_phone_that_nobody_knows_texts(simulator: Running, product: Product):
    answer = simulator.http.post("/phones", data={"number": "+44 7700 900999", "text": "Hello"})

    assert answer.status_code == 303
    assert product.hears(1)[0].form["From"] == "+447700900999"
    refused = simulator.http.post("/phones", data={"number": "nobody", "text": "x"}, headers={"Accept": "text/html"})
    assert (refused.status_code, "with its country" in refused.text) == (422, True)


def test_the_page_says_who_opted_out(simulator: Running, product: Product):
    simulator.text("STOP")

    assert "opted out with STOP" in simulator.http.get("/").text
    assert "opted out with STOP" in simulator.http.get(f"/phones/{PHONE}").text


def test_hostile_words_stay_words(twilio: Client, smtp: SMTP, simulator: Running, product: Product):
    twilio.messages.create(to=PHONE, from_=OURS, body=HOSTILE)
    simulator.text(HOSTILE)
    smtp.sendmail("forum@example.org", ["a@example.org"], f"Subject: {HOSTILE}\r\nX-Odd: {HOSTILE}\r\n\r\n{HOSTILE}")
    index = simulator.sent(channel="email")[0]["index"]
    until(lambda: "javascript:alert(1)" in simulator.http.get("/").text)

    for path in ("/", f"/phones/{PHONE}", "/mailboxes/a@example.org", f"/mail/{index}", f"/mail/{index}/html"):
        answer = simulator.http.get(path)
        assert not {"script", "img"} & set(Reader(answer.text).tags)
        assert 'href="javascript' not in answer.text
        assert "49" not in answer.text.replace("9000", "").split("</title>")[0]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", f"/phones/{PHONE}"])
def test_every_control_has_a_label_and_no_id_is_used_twice(busy: Running, path: str):
    page = Reader(busy.http.get(path).text)

    assert page.controls
    assert page.controls <= page.labels
    assert len(page.ids) == len(set(page.ids))


def test_many_phones_are_links_after_the_first_dozen(twilio: Client, simulator: Running):
    for number in range(20):
        twilio.messages.create(to=f"+4477009001{number:02}", from_=OURS, body="x")

    page = until(lambda: found if "Phones (20)" in (found := simulator.http.get("/").text) else "")
    assert page.count('class="talk"') == 12
    assert '<a href="/phones/+447700900100">' in page


def test_emptying_by_the_button(busy: Running):
    assert busy.http.post("/clear").status_code == 303
    assert "No texts yet" in busy.http.get("/").text


def test_the_look_is_small_and_our_own(simulator: Running):
    style = simulator.http.get("/static/simulator.css")

    assert style.status_code == 200
    assert len(style.content) < 4096
    assert b"url(" not in style.content
    assert "<script" not in "".join(page.read_text() for page in (HERE / "templates").iterdir())


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see http://x.example.org/a.", "http://x.example.org/a"),
        ("(https://x.example.org/a)", "https://x.example.org/a"),
        ("https://x.example.org/a?b=1&c=2, then", "https://x.example.org/a?b=1&amp;c=2"),
        ("no link in http:// or example.org", None),
    ],
)
def test_links_end_where_they_should(text: str, link: str | None):
    shown = with_links(text)

    assert ("<a " in shown) == (link is not None)
    if link:
        assert f'href="{link}"' in shown

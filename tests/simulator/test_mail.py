"""smtplib sends, and what it sent can be read."""

import smtplib
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.simulator.letters import RawMail
from tests.simulator.conftest import Running

ODD_LINES = [
    b"Subject: =?utf-8?b?w6?= =?x?q?=ff?=",
    b'From: "<@>, ;:<a',
    b"Message-ID: <<a@[",
    b"Content-Type: multipart/alternative; boundary=x",
    b'Content-Type: text/plain; charset="utf-7"; charset*0*=x',
    b"Content-Type: text/html; charset=idna",
    b"Content-Type: message/delivery-status",
    b"Content-Transfer-Encoding: uuencode",
    b"Content-Disposition: attachment; filename*=utf-8''%ff",
    b"--x",
    b"--x--",
    b"",
    b" =ff",
]


def invitation(to: str = "member7@example.org") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Forum <forum@example.org>"
    mail["To"] = to
    mail["Subject"] = "Tonight: Gêmes 🎲"
    mail["Message-ID"] = "<abc@example.org>"
    mail.set_content("Games at 18:30.\nhttp://x.example.org/l/abc\n.\nSee you.\n")
    mail.add_alternative("<p>Games <b>tonight</b></p>", subtype="html")
    return mail


def test_a_mail_is_kept_and_read(smtp: smtplib.SMTP, simulator: Running):
    smtp.send_message(invitation())

    (item,) = simulator.sent(channel="email")
    assert item["subject"] == "Tonight: Gêmes 🎲"
    assert item["text"] == "Games at 18:30.\nhttp://x.example.org/l/abc\n.\nSee you.\n"
    assert (item["to"], item["from"]) == ("member7@example.org", "forum@example.org")
    assert (item["reference"], item["state"]) == ("<abc@example.org>", "delivered")
    page = simulator.http.get(f"/mail/{item['index']}").text
    assert '<a href="http://x.example.org/l/abc"' in page
    assert "Message-ID" in page
    source = simulator.http.get(f"/mail/{item['index']}/source")
    assert b"Message-ID: <abc@example.org>" in source.content


def test_several_recipients_get_a_mail_each(smtp: smtplib.SMTP, simulator: Running):
    smtp.send_message(invitation(), to_addrs=["a@example.org", "B@example.org"])

    assert [item["to"] for item in simulator.sent()] == ["a@example.org", "B@example.org"]
    assert len(simulator.sent(to="b@example.org")) == 1
    assert "Tonight" in simulator.http.get("/mailboxes/b@example.org").text


@pytest.mark.parametrize(("address", "code"), [("bounce7@example.org", 550), ("Later@example.org", 451)])
def test_some_mailboxes_refuse(smtp: smtplib.SMTP, simulator: Running, address: str, code: int):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        smtp.send_message(invitation(), to_addrs=[address])

    assert refusal.value.recipients[address][0] == code
    refused = smtp.send_message(invitation(), to_addrs=[address, "a@example.org"])
    assert list(refused) == [address]
    assert [item["to"] for item in simulator.sent()] == ["a@example.org"]


def test_any_name_and_password_will_do(smtp: smtplib.SMTP):
    assert smtp.login("forum", "secret")[0] == 235


def test_html_is_shown_where_it_can_do_nothing(smtp: smtplib.SMTP, simulator: Running):
    smtp.send_message(invitation())
    index = simulator.sent()[0]["index"]

    frame = simulator.http.get(f"/mail/{index}/html").text
    body = simulator.http.get(f"/mail/{index}/body")
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame
    assert "<b>tonight</b>" not in frame
    assert "<b>tonight</b>" in body.text
    assert body.headers["Content-Security-Policy"].startswith("sandbox ")
    assert "script" not in body.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n\r\n",
        b"no headers at all, just words \xff\xfe\r\n",
        b"Subject: =?utf-8?q?broken=?=\r\nContent-Type: text/plain; charset=no-such\r\n\r\nhello\r\n",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary\r\n",
        b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: image/png\r\n\r\n!!\r\n--x--\r\n",
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n",
        b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nx\r\n",
        b'To: "<>,;:\r\nFrom: =?\r\nDate: then\r\nMessage-ID: <\r\nContent-Type: ;;;\r\n\r\nhello\r\n',
    ],
)
def test_whatever_arrives_can_be_looked_at(smtp: smtplib.SMTP, simulator: Running, content: bytes):
    smtp.sendmail("forum@example.org", ["a@example.org"], content)

    index = simulator.sent()[0]["index"]
    for path in ("", "/html", "/body", "/source"):
        assert simulator.http.get(f"/mail/{index}{path}").status_code == 200


@given(
    st.binary(max_size=300)
    | st.lists(st.sampled_from(ODD_LINES) | st.binary(max_size=20), max_size=12).map(b"\r\n".join)
)
def test_no_mail_is_too_odd_to_read(content: bytes):
    letter = RawMail(content).letter

    assert isinstance(letter.text, str)
    assert "\r\n" not in letter.text


def test_a_mail_that_is_gone_is_not_found(simulator: Running):
    answer = simulator.http.get("/mail/999999", headers={"Accept": "text/html"})

    assert answer.status_code == 404
    assert "made room for newer ones" in answer.text


def test_a_calendar_file_is_named_as_attached(smtp: smtplib.SMTP, simulator: Running):
    mail = invitation()
    mail.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="evening.ics")
    smtp.send_message(mail)

    item = simulator.sent()[0]
    assert item["text"].startswith("Games at 18:30.")
    assert "<li>evening.ics</li>" in simulator.http.get(f"/mail/{item['index']}").text


def test_addresses_and_subjects_beyond_ascii(smtp: smtplib.SMTP, simulator: Running):
    content = "Subject: Gêmes\r\n 🎲\r\n\r\nŴythnos nesaf\r\n".encode()
    smtp.ehlo()
    smtp.sendmail("forum@example.org", ["siân@example.org"], content, mail_options=["SMTPUTF8", "BODY=8BITMIME"])

    (item,) = simulator.sent(to="siân@example.org")
    assert (item["subject"], item["text"]) == ("Gêmes 🎲", "Ŵythnos nesaf\n")

import codecs
from collections.abc import Callable
from contextlib import suppress
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.errors.files import FileTooLarge, FileUnusable, UnusableAddress
from services.members.names import tidied
from services.members.roster import MOST_BYTES, MOST_ROWS, mailable, read_roster
from services.members.roster.emails import SANE
from shared.contracts.members import Role
from tests.members.builders import member, number, table

HEADING = "name,phone,email,groups,channel,quiet_from,quiet_until"

DIALECTS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-8 with its mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 the other way round": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "windows": lambda text: text.encode("cp1252"),
    "unix": lambda text: text.replace("\r\n", "\n").encode(),
    "old mac": lambda text: text.replace("\r\n", "\r").encode(),
    "excel's first line": lambda text: f"sep={text[4]}\r\n{text}".encode(),
    "dos": lambda text: f"{text}\x1a".encode(),
    "blank lines": lambda text: f"\r\n  \r\n{text}\r\n\r\n".encode(),
}


def read(text: str, region: str = ""):
    return read_roster(text.encode(), region)


def refused(text: str) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in read(text).refused]


def test_a_whole_row():
    roster = read(
        f"{HEADING}\nMember 7,+44 7700 900007,member7@Example.ORG,Forum; Core Group|Forum,email,22:00,08.30\n"
    )
    (row,) = roster.rows
    assert (row.line, row.name, row.phone, row.email) == (2, "Member 7", number(7), "member7@example.org")
    assert row.groups == ("Forum", "Core Group")
    assert (row.channel, row.quiet_from, row.quiet_until) == ("email", time(22), time(8, 30))
    assert (roster.refused, roster.notes) == ([], [])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_of_spreadsheets(delimiter: str, dialect: str):
    text = table([member(7, name="José “Pepe”"), member(8)], delimiter).decode()
    roster = read_roster(DIALECTS[dialect](text), "")
    assert [row.name for row in roster.rows] == ["José “Pepe”", "Member 8"]
    assert [row.phone for row in roster.rows] == [number(7), number(8)]
    assert not roster.refused


def test_columns_go_by_many_names():
    heading = "Known As;E-Mail_Address;MOBILE number;Group;Preferred channel;Quiet from;Quiet to;Role;Lang"
    (row,) = read(f"{heading}\nMember 7;m@example.org;{number(7)};Forum;Text;9pm;9 AM;Convenor;pl\n").rows
    assert (row.name, row.email, row.phone, row.groups) == ("Member 7", "m@example.org", number(7), ("Forum",))
    assert (row.channel, row.quiet_from, row.quiet_until) == ("sms", time(21), time(9))
    assert (row.role, row.language) == (Role.CONVENOR, "pl")


def test_a_mobile_number_is_preferred_and_other_columns_are_noted():
    roster = read(f"Telephone,Name,Mobile,Notes,line,reason\n,Member 7,{number(7)},likes tea,2,it was wrong\n")
    assert roster.rows[0].phone == number(7)
    assert roster.notes == ["The column «Telephone» was not used.", "The column «Notes» was not used."]


def test_a_cell_may_have_several_lines_and_later_lines_keep_their_numbers():
    roster = read(f'name,phone\n"Member\n7",{number(7)}\n\nMember 8,{number(8)}\nMember 9,none\n')
    assert [(row.line, row.name) for row in roster.rows] == [(2, "Member 7"), (5, "Member 8")]
    assert [row.line for row in roster.refused] == [6]


def test_a_quotation_mark_that_never_closes_costs_one_row():
    roster = read(f'name,phone\n"Member 7,{number(7)}\nMember 8,{number(8)}\n"Member 9" x,{number(9)}\n')
    assert [row.name for row in roster.rows] == ["Member 8"]
    assert [(row.line, row.reason.split(" on ")[0]) for row in roster.refused] == [
        (2, "The quotation marks"),
        (4, "The quotation marks"),
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Member 7,,,Forum", "neither a phone number nor an email"),
        ("Member 7,07700 900007,,Forum", "with its country"),
        ("Member 7,+442079460007,,", "landline"),
        ("Member 7,,member7@example,", "not an email"),
        (f"{'x' * 81},{number(7)},,", "longer than 80"),
        (f"Member 7,{number(7)},,,pigeon", "sms or email"),
        (f"Member 7,{number(7)},,,,25:00,", "times of day"),
        (f"Member 7,{number(7)},,,,13pm,", "times of day"),
        (f"Member 7,{number(7)},,,,9:60,", "times of day"),
        (f"Member, 7,{number(7)},,,,,", "more cells than there are columns|not a phone number"),
        (f"Member 7,{number(7)},,,,,,,Forum", "more cells"),
    ],
)
def test_a_row_that_cannot_go_in_comes_back_with_the_reason(row: str, why: str):
    roster = read(f"{HEADING}\n{row}\nMember 8,{number(8)}\n")
    assert [it.name for it in roster.rows] == ["Member 8"]
    (one,) = roster.refused
    assert one.line == 2
    assert any(part in one.reason for part in why.split("|"))
    assert one.row["name"] == row.split(",", maxsplit=1)[0]


def test_all_that_is_wrong_with_a_row_is_said_at_once():
    ((_, reason),) = refused(f"{HEADING}\nMember 7,07700 900007,nowhere,,fax\n")
    assert "country" in reason
    assert "email address" in reason
    assert "channel" in reason


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "nothing in it"),
        (b"\n\n , \n", "nothing in it|first line"),
        (b"name,phone\n", "nobody is on it"),
        (b"name,groups\nMember 7,Forum\n", "must name the columns"),
        (b"Member 7,+447700900007\n", "must name the columns"),
        (b"PK\x03\x04 and so on", "spreadsheet's own file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "spreadsheet's own file"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not text"),
        (b"name,phone\nMember 7,\x00\x01\x02\n", "not text"),
        (codecs.BOM_UTF16_LE + b"n", "not text"),
        ("name,phone\n".encode("utf-16-le"), "not text"),
    ],
)
def test_a_file_that_is_no_list_is_refused_at_once(content: bytes, why: str):
    with pytest.raises(FileUnusable) as refusal:
        read_roster(content, "")
    assert any(part in refusal.value.detail for part in why.split("|"))
    assert "7700" not in refusal.value.detail


def test_a_file_that_is_too_long_is_refused_at_once():
    with pytest.raises(FileTooLarge, match="5 MB"):
        read_roster(b"x" * (MOST_BYTES + 1), "")
    with pytest.raises(FileTooLarge, match="10,000 rows"):
        read("phone\n" + "x\n" * (MOST_ROWS + 1))
    assert len(read("phone\n" + "x\n" * MOST_ROWS).refused) == MOST_ROWS


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_they_are_read_or_refused(content: bytes):
    with suppress(FileUnusable):
        read_roster(b"name,phone,email\n" + content, "")


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Zs"]), min_size=1, max_size=20)


@given(st.lists(cells, min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]))
def test_any_name_goes_in_as_it_is_kept(names: list[str], delimiter: str):
    rows = [{"name": name, "phone": number(n)} for n, name in enumerate(names)]
    assert [row.name for row in read_roster(table(rows, delimiter), "").rows] == [tidied(name) for name in names]


@pytest.mark.parametrize("good", ["a@example.org", "a.b+c@sub.example.org", " jo'x@example.org ", "a@xn--bcher-kva.de"])
def test_an_email_address_is_taken(good: str):
    assert mailable(good) == good.strip()


@pytest.mark.parametrize(
    "bad", ["", "a", "a@b", "a@@example.org", "a b@example.org", "@example.org", "a@example..org", "a@x.org,b@x.org",
            "Member 7 <a@example.org>", f"{'x' * 250}@example.org", "a@example.org\u202e"]
)  # fmt: skip
def test_what_is_no_email_address_is_refused(bad: str):
    with pytest.raises(UnusableAddress):
        mailable(bad)


@pytest.mark.parametrize(
    ("bad", "why"), [("josé@example.org", "Write another"), ("a@bücher.de", "xn--"), ("é@bücher.de", "Write another")]
)
def test_an_email_address_that_mail_cannot_carry_is_refused_with_the_reason(bad: str, why: str):
    ((_, reason),) = refused(f"name,email\nMember 7,{bad}\n")
    assert why in reason


@given(st.from_regex(SANE, fullmatch=True))
def test_what_is_taken_can_be_carried_and_is_taken_again_as_it_is(text: str):
    with suppress(UnusableAddress):
        taken = mailable(text)
        assert taken.isascii()
        assert mailable(taken) == taken

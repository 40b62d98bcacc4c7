"""Whose place it is that counts: never what a visitor claims, and one for everything in a home."""

from datetime import date, timedelta
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.web.askers import Askers
from services.web.settings import Settings
from shared.testing.keys import Keyring

DAY = date(2026, 11, 23)
NOBODY = Askers("key")
PROXIES = Askers("key", [ip_network("10.0.0.0/8"), ip_network("2001:db8:f::/48")])
CLAIMS = st.text(max_size=60) | st.ip_addresses().map(str) | st.lists(st.ip_addresses().map(str)).map(", ".join)


def word(passed: str, askers: Askers = PROXIES) -> str | None:
    return askers.word(passed, DAY)


def test_the_word_for_a_place_is_another_each_day_and_with_another_key():
    assert word("192.0.2.7", NOBODY) == word("192.0.2.7", Askers("key"))
    days = {NOBODY.word("192.0.2.7", DAY + timedelta(days=n)) for n in range(3)}
    assert len(days | {word("192.0.2.8", NOBODY), word("192.0.2.7", Askers("x"))}) == 5


@given(CLAIMS)
def test_nothing_that_a_visitor_claims_makes_them_another(claim: str):
    assert word(f"{claim}, 192.0.2.7", NOBODY) == word("192.0.2.7", NOBODY)
    assert word(f"{claim}, 192.0.2.7, 10.0.0.5") == word("192.0.2.7")


@pytest.mark.parametrize("proxies", ["10.0.0.5", "10.0.0.5, 10.9.9.9", "2001:db8:f::5, 10.0.0.5", "::ffff:10.0.0.5"])
def test_two_visitors_behind_trusted_proxies_are_two(proxies: str):
    assert word(f"192.0.2.7, {proxies}") == word("192.0.2.7")
    assert word(f"192.0.2.8, {proxies}") == word("192.0.2.8") != word("192.0.2.7")
    assert word(f"192.0.2.7, {proxies}", NOBODY) == word(f"192.0.2.8, {proxies}", NOBODY)


def test_a_proxy_that_is_not_trusted_is_itself_who_asks_and_hides_what_stands_before_it():
    assert word("192.0.2.7, 198.51.100.1, 10.0.0.5") == word("192.0.2.8, 198.51.100.1, 10.0.0.5")


@pytest.mark.parametrize("unsaid", ["", "unknown", "_hidden", "999.1.1.1", "[", "10.0.0.1:80:80", "١٩٢.0.2.7"])
def test_where_a_trusted_proxy_does_not_say_who_came_it_is_who_asks(unsaid: str):
    assert word(f"192.0.2.7, {unsaid}, 10.0.0.5") == word("10.0.0.5")


@pytest.mark.parametrize("nothing", ["", ",", " , ", "unknown", "192.0.2"])
def test_without_any_address_there_is_no_word(nothing: str):
    assert word(nothing) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("192.0.2.7:4711", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:DB8:0::0001", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_an_address_is_the_same_however_it_is_written(written: str, meant: str):
    assert word(written) == word(meant) is not None


@given(st.ip_addresses(v=6, network="2001:db8:1:2::/64"))
def test_all_addresses_of_a_home_are_one_place(address: object):
    assert word(str(address)) == word("2001:db8:1:2::")
    assert word(str(address)) != word("2001:db8:1:3::")


def test_the_operator_writes_addresses_and_networks_in_one_line(keys: Keyring, monkeypatch: pytest.MonkeyPatch):
    def named(text: str) -> list[str]:
        monkeypatch.setenv("WEB_TRUSTED_PROXIES", text)
        settings = Settings(trusted_keys=keys.trusted, signing_key=keys.private["web"])
        return [str(network) for network in settings.trusted_proxies]

    assert named("203.0.113.5, 10.1.0.0/16  2001:db8::/32") == ["203.0.113.5/32", "10.1.0.0/16", "2001:db8::/32"]
    assert named("") == []
    for wrong in ("my-proxy", "10.1.2.3/16", "10.0.0.0/40", "*"):
        with pytest.raises(ValidationError, match="not a valid IPv4 or IPv6 network"):
            named(wrong)

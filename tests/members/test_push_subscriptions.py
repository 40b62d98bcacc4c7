"""A server posts to what a browser gives: nothing gets in that could be a machine of one's own network."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.push_subscriptions import (
    LONGEST_ENDPOINT,
    endpoint,
    host_of,
    public_key,
    secret,
    written,
)
from tests.members.devices import encoded, subscription

REAL = [
    "https://fcm.googleapis.com/fcm/send/dXq3:APA91bH-a_b",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%2b",
    "https://web.push.apple.com/QGk",
]


@pytest.mark.parametrize("text", REAL)
def test_what_browsers_give_is_taken(text: str):
    assert endpoint(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "http://push.example.org/1",
        "https://push.example.org",
        "https://push.example.org:8443/1",
        "https://me@push.example.org/1",
        "https://push.example.org/1#2",
        "https://push.example.org\\@10.0.0.1/",
        "https://push.example.org/\n1",
        "https://push.example.org./1",
        "https://postgres/1",
        "https://localhost/1",
        "https://a.localhost/1",
        "https://redis.internal/1",
        "https://printer.local/1",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://017700000001/",
        "https://127.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://-push.example.org/",
        "https://püsh.example.org/",
        "HTTPS://PUSH.EXAMPLE.ORG/1",
        " https://push.example.org/1",
        "",
    ],
)
def test_what_may_be_near_is_refused(text: str):
    with pytest.raises(ValueError, match="public host"):
        endpoint(text)


@given(st.ip_addresses().map(str))
def test_no_address_in_numbers_is_taken(address: str):
    host = f"[{address}]" if ip_address(address).version == 6 else address
    with pytest.raises(ValueError, match="public host"):
        endpoint(f"https://{host}/1")


def test_an_endpoint_is_at_most_so_long():
    long = "https://push.example.org/".ljust(LONGEST_ENDPOINT, "x")
    assert endpoint(long) == long
    with pytest.raises(ValueError, match="public host"):
        endpoint(f"{long}x")


def test_keys_are_a_point_on_the_curve_and_sixteen_bytes():
    keys = subscription()["keys"]
    assert (public_key(keys["p256dh"]), secret(keys["auth"] + "==")) == (keys["p256dh"], keys["auth"])


@pytest.mark.parametrize("text", ["", "x", encoded(b"\x04" * 65), encoded(b"\x04" * 64), "+" * 87, "é" * 87])
def test_what_is_no_key_is_refused(text: str):
    for read in (public_key, secret):
        with pytest.raises(ValueError, match=r".+"):
            read(text)


def test_equal_subscriptions_are_the_same_text():
    keys = subscription()["keys"]
    text = written(REAL[0], keys["p256dh"], keys["auth"])
    assert text == written(REAL[0], public_key(keys["p256dh"] + "="), secret(keys["auth"] + "=="))
    assert host_of(text) == "fcm.googleapis.com"

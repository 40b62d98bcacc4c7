"""Where somebody asks from, for limits on guessing: a word for a place that is another each day."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

LENGTH = 32
# So much of an IPv6 address is given to a home or a phone, which makes up the rest as it likes: it is one place.
HOME_BITS = 64

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Askers:
    """Makes such words. Nobody can tell the place from one, or one day's from another's.

    `trusted` are the proxies before our gateway, which are believed when they say who came to them.
    """

    def __init__(self, signing_key: str, trusted: Sequence[Network] = ()) -> None:
        self._key = hmac.digest(signing_key.encode(), b"afterhours web askers", hashlib.sha256)
        self._trusted = trusted

    def word(self, passed: str, day: date) -> str | None:
        """The word for who asks on a day. `passed` are the addresses on the way here, the nearest last."""
        visitor = _visitor(passed, self._trusted)
        if visitor is None:
            return None
        return hmac.new(self._key, f"{day}\0{_place(visitor)}".encode(), hashlib.sha256).hexdigest()[:LENGTH]


def _visitor(passed: str, trusted: Sequence[Network]) -> Address | None:
    """The nearest address that is no proxy of ours: what stands before it is a mere claim.

    Where a trusted proxy does not say who came to it, it is the visitor itself. None when nothing is an address.
    """
    visitor = None
    for text in reversed(passed.split(",")):
        address = _address(text.strip())
        if address is None:
            break
        visitor = address
        if not any(address in network for network in trusted):
            break
    return visitor


def _address(text: str) -> Address | None:
    """An address as proxies write it, some with its port."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _place(address: Address) -> Address | Network:
    """What of an address is the same for everything in one home."""
    return address if isinstance(address, IPv4Address) else IPv6Network((int(address), HOME_BITS), strict=False)

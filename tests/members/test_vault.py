from uuid import UUID, uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.members.errors.vault import AddressDamaged, VaultLocked
from services.members.master_keys import NONCE_BYTES, MasterKeys
from services.members.vault import Sealed, Vault


def vault(master: bytes = b"m" * 32, index: bytes = b"i" * 32) -> Vault:
    return Vault(MasterKeys([master]), index)


VAULT = vault()


ids = st.uuids()
channels = st.sampled_from(["sms", "email"])
addresses = st.text(max_size=300).filter(lambda text: text.isprintable())
wholes = st.binary(min_size=32, max_size=32)


@given(ids, channels, addresses)
def test_what_is_sealed_can_be_opened(member: UUID, channel: str, address: str):
    key = VAULT.new_key(member).key
    assert VAULT.open(member, key, channel, VAULT.seal(member, key, channel, address)) == address


@given(ids, channels, addresses, st.data())
def test_one_changed_byte_is_noticed(member: UUID, channel: str, address: str, data: st.DataObject):
    key = VAULT.new_key(member).key
    sealed = VAULT.seal(member, key, channel, address)
    whole = bytearray(sealed.nonce + sealed.ciphertext)
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(AddressDamaged):
        VAULT.open(member, key, channel, Sealed(bytes(whole[:NONCE_BYTES]), bytes(whole[NONCE_BYTES:])))


@given(ids, st.data())
def test_one_changed_byte_of_a_key_is_noticed(member: UUID, data: st.DataObject):
    key = bytearray(VAULT.new_key(member).key)
    sealed = VAULT.seal(member, bytes(key), "sms", "+447700900007")
    key[data.draw(st.integers(0, len(key) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(VaultLocked):
        VAULT.open(member, bytes(key), "sms", sealed)


@given(ids, ids, channels, addresses)
def test_nobody_else_can_be_given_a_members_address(member: UUID, other: UUID, channel: str, address: str):
    assume(member != other)
    key = VAULT.new_key(member).key
    sealed = VAULT.seal(member, key, channel, address)
    with pytest.raises(VaultLocked):
        VAULT.open(other, key, channel, sealed)
    with pytest.raises(AddressDamaged):
        VAULT.open(other, VAULT.new_key(other).key, channel, sealed)


def test_an_address_cannot_be_moved_to_another_channel():
    member = uuid4()
    key = VAULT.new_key(member).key
    with pytest.raises(AddressDamaged):
        VAULT.open(member, key, "email", VAULT.seal(member, key, "sms", "+447700900007"))


def test_another_master_key_opens_nothing():
    member = uuid4()
    key = VAULT.new_key(member).key
    sealed = VAULT.seal(member, key, "sms", "+447700900007")
    with pytest.raises(VaultLocked):
        vault(b"x" * 32).open(member, key, "sms", sealed)


@pytest.mark.parametrize("key", [b"", b"short", b"x" * NONCE_BYTES])
def test_a_key_cut_short_opens_nothing(key: bytes):
    with pytest.raises(VaultLocked):
        VAULT.seal(uuid4(), key, "sms", "+447700900007")


@given(channels, addresses, addresses)
def test_equal_addresses_have_equal_indexes_and_others_do_not(channel: str, one: str, other: str):
    assert VAULT.index(channel, one) == vault(b"x" * 32).index(channel, one)
    assert (VAULT.index(channel, one) == VAULT.index(channel, other)) == (one.lower() == other.lower())
    assert VAULT.index("sms", one) != VAULT.index("email", one)


@given(channels, addresses, wholes)
def test_another_key_gives_another_index(channel: str, address: str, key: bytes):
    assume(key != b"i" * 32)
    assert vault(index=key).index(channel, address) != VAULT.index(channel, address)


def test_the_same_address_is_sealed_differently_each_time():
    member = uuid4()
    key = VAULT.new_key(member).key
    assert VAULT.seal(member, key, "sms", "+447700900007") != VAULT.seal(member, key, "sms", "+447700900007")

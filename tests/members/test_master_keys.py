import os
from base64 import b64encode
from pathlib import Path

import pytest

from services.members.errors.vault import VaultLocked
from services.members.master_keys import MasterKeys, key_id, read_keys

OLD, NEW, OTHER = (letter * 32 for letter in (b"o", b"n", b"x"))


def write(file: Path, *keys: bytes) -> Path:
    file.write_text("\n".join(b64encode(key).decode() for key in keys))
    about = file.stat()
    # Two writes within one tick of the disk's clock are told apart here as they are an hour later.
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns + len(keys) * 1_000_000_000))
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "master_key", OLD)


def test_what_an_older_key_wrapped_still_opens_and_the_newest_wraps():
    wrapped = MasterKeys([OLD]).wrap(b"a data key", b"whose")
    both = MasterKeys([NEW, OLD])
    assert wrapped.master == key_id(OLD)
    assert both.unwrap(wrapped.key, b"whose") == b"a data key"
    assert both.wrap(b"a data key", b"whose").master == key_id(NEW)
    with pytest.raises(VaultLocked):
        MasterKeys([NEW]).unwrap(wrapped.key, b"whose")


def test_a_file_that_changed_is_read_again(file: Path):
    keys = MasterKeys([OLD], file)
    before = keys.wrap(b"a data key", b"whose")
    write(file, NEW, OLD)
    assert keys.wrap(b"a data key", b"whose").master == key_id(NEW)
    assert keys.unwrap(before.key, b"whose") == b"a data key"


def test_a_key_that_is_not_known_yet_is_looked_for_in_the_file(file: Path):
    behind = MasterKeys([OLD], file)
    write(file, NEW, OLD)
    assert behind.unwrap(MasterKeys([NEW, OLD]).wrap(b"a data key", b"whose").key, b"whose") == b"a data key"


@pytest.mark.parametrize("damage", ["", "half a ke", "AAAA"])
def test_a_file_that_is_half_written_or_gone_changes_nothing(file: Path, damage: str):
    keys = MasterKeys([OLD], file)
    file.write_text(damage)
    assert keys.newest.id == key_id(OLD)
    file.unlink()
    assert keys.newest.id == key_id(OLD)
    write(file, NEW, OLD)
    assert keys.newest.id == key_id(NEW)


def test_keys_from_the_environment_are_those_of_the_start():
    keys = MasterKeys([OLD])
    with pytest.raises(VaultLocked):
        keys.unwrap(MasterKeys([OTHER]).wrap(b"a data key", b"whose").key, b"whose")
    assert keys.newest.id == key_id(OLD)


@pytest.mark.parametrize("text", ["", " \n", "no key", b64encode(b"short").decode()])
def test_what_is_no_file_of_keys_is_refused_without_being_repeated(text: str):
    with pytest.raises(ValueError, match="base64") as refused:
        read_keys(text)
    assert not text.strip() or text not in str(refused.value)

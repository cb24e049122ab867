"""原本: whole or not at all."""

import hashlib

import pytest

from geo import originals


def test_a_file_is_kept_under_its_checksum_and_twice_is_once(tmp_path):
    delivered = tmp_path / "list.csv"
    delivered.write_bytes(b"1,2\r\n" * 300_000)
    folder = tmp_path / "originals"
    names = {originals.keep(delivered, folder), originals.keep(delivered, folder)}
    assert names == {hashlib.sha256(delivered.read_bytes()).hexdigest()}
    assert [path.name for path in folder.iterdir()] == list(names)


def test_nothing_is_left_of_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(FileNotFoundError):
        originals.keep(tmp_path / "missing.csv", tmp_path / "originals")
    assert list((tmp_path / "originals").iterdir()) == []

"""パスワード: how one is kept, and codes that are as costly to guess."""

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type, hash_secret_raw

from geo import passwords

IN_LIFE = passwords._hasher, passwords._code_cost  # before tests/town.py makes them cheap


@pytest.fixture(autouse=True)
def in_life(monkeypatch):
    """Hashed as they are where people sign in."""
    hasher, code_cost = IN_LIFE
    monkeypatch.setattr(passwords, "_hasher", hasher)
    monkeypatch.setattr(passwords, "_code_cost", code_cost)


def test_a_password_is_kept_by_argon2id_with_a_salt_of_its_own():
    one, two = passwords.hashed("縁側でお茶"), passwords.hashed("縁側でお茶")
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert one != two
    assert passwords.matches(one, "縁側でお茶")
    assert not passwords.matches(one, "縁側でお茶 ")


def test_an_account_without_a_password_lets_nobody_in():
    assert not passwords.matches("", "")
    assert not passwords.matches("", passwords.some_hash())


def test_nothing_makes_them_cheaper_than_the_library_and_owasp_say():
    library = PasswordHasher()
    assert IN_LIFE[0]._parameters == library._parameters
    raw = hash_secret_raw(b"ABCDEFGHJK", b"1" * 16, 2, 19 * 1024, 1, 32, Type.ID)
    assert passwords.stretched("ABCDEFGHJK", b"1" * 16) == raw.hex()


def test_a_code_of_one_account_tells_nothing_about_that_of_another():
    assert passwords.stretched("ABCDEFGHJK", b"1" * 16) == passwords.stretched(
        "ABCDEFGHJK", b"1" * 16
    )
    assert passwords.stretched("ABCDEFGHJK", b"1" * 16) != passwords.stretched(
        "ABCDEFGHJK", b"2" * 16
    )


def test_the_list_of_common_passwords_is_longer_than_owasp_asks():
    assert len(passwords.common()) > 30_000

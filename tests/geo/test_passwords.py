"""パスワード: how one is kept, and codes that are as costly to guess."""

from geo import passwords


def test_a_password_is_kept_by_argon2id_with_a_salt_of_its_own():
    one, two = passwords.hashed("縁側でお茶"), passwords.hashed("縁側でお茶")
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert one != two
    assert passwords.matches(one, "縁側でお茶")
    assert not passwords.matches(one, "縁側でお茶 ")


def test_an_account_without_a_password_lets_nobody_in():
    assert not passwords.matches("", "")
    assert not passwords.matches("", passwords.some_hash())


def test_a_code_of_one_account_tells_nothing_about_that_of_another():
    assert passwords.stretched("ABCDEFGHJK", b"1" * 16) == passwords.stretched(
        "ABCDEFGHJK", b"1" * 16
    )
    assert passwords.stretched("ABCDEFGHJK", b"1" * 16) != passwords.stretched(
        "ABCDEFGHJK", b"2" * 16
    )


def test_the_list_of_common_passwords_is_longer_than_owasp_asks():
    assert len(passwords.common()) > 30_000

"""封: what is sealed comes back with the same key, about the same person, unchanged; else not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.seals import SealBroken, seal, unseal


@given(st.binary(max_size=200), st.binary(min_size=1), st.text(max_size=40))
def test_what_was_sealed_comes_back(plain, key, about):
    assert unseal(key, seal(key, plain, about), about) == plain


def test_twice_the_same_secret_looks_different_and_shows_nothing_of_itself():
    one, two = (seal(b"key", b"JBSWY3DPEHPK3PXP", "a") for _ in range(2))
    assert one != two
    assert "JBSW" not in one


@pytest.mark.parametrize(
    ("key", "about"),
    [(b"other key", "hanako"), (b"key", "taro")],
    ids=["another key", "of another"],
)
def test_another_key_or_another_person_opens_nothing(key, about):
    sealed = seal(b"key", b"secret", "hanako")
    with pytest.raises(SealBroken):
        unseal(key, sealed, about)


def test_one_changed_sign_is_noticed():
    sealed = seal(b"key", b"secret", "hanako")
    for place in range(0, len(sealed), 7):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(SealBroken):
            unseal(b"key", changed, "hanako")


@pytest.mark.parametrize("odd", ["", "abc", "あ", "====", "A" * 12])
def test_what_is_no_seal_is_refused(odd):
    with pytest.raises(SealBroken):
        unseal(b"key", odd, "hanako")

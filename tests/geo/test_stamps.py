"""用紙の印: made here, for one thing, neither just now nor long ago; what is kept does not lead back to it."""

from datetime import timedelta

import pytest

from geo import stamps
from geo.errors import Invalid
from tests.asking import KEY, NOON

SOON = NOON + timedelta(seconds=20)


def problem(key, stamp, about, now):
    with pytest.raises(Invalid) as refused:
        stamps.read(key, stamp, about, now)
    return refused.value.facts["fields"]["stamp"]


def test_a_stamp_is_read_by_who_drew_it_for_the_same_thing():
    stamp = stamps.draw(KEY, "a", NOON)
    assert stamps.read(KEY, stamp, "a", SOON) == stamps.read(KEY, stamp, "a", SOON)
    assert problem(KEY, stamp, "b", SOON) == "form_broken"
    assert problem(b"another", stamp, "a", SOON) == "form_broken"


def test_a_second_is_too_soon_and_a_day_too_late():
    stamp = stamps.draw(KEY, "a", NOON)
    for late, code in ((0, "form_too_new"), (0.9, "form_too_new"), (86_401, "form_too_old")):
        assert problem(KEY, stamp, "a", NOON + timedelta(seconds=late)) == code
    for late in (1.1, 86_399):
        assert stamps.read(KEY, stamp, "a", NOON + timedelta(seconds=late))


@pytest.mark.parametrize("stamp", ["", "x", "W10.x", "あ", "\x00", "a" * 5000, "."])
def test_what_is_no_stamp_is_told(stamp):
    assert problem(KEY, stamp, "a", SOON) == "form_broken"


def test_no_two_forms_have_one_secret_and_the_id_that_staff_see_is_not_it():
    found = {stamps.read(KEY, stamps.draw(KEY, "a", NOON), "a", SOON) for _ in range(50)}
    assert len(found) == 50
    for secret in found:
        assert len(secret) >= 22  # 128 bits
        id_ = stamps.id_of(secret)
        assert stamps.id_of(str(id_)) != id_
        assert stamps.id_of(secret) == id_

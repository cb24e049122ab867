"""変更の読みとり: what the gate takes reads back as what was written."""

import pytest

from geo.edits import EMPTY, opening_of, opening_values, parse_values
from geo.errors import Invalid
from geo.openings import parse_openings

SAID = [
    ("第2・第4火曜", "10:00", "11:30", "祝日は休み", ""),
    ("月〜金", "9時", "17時", "", "4月～11月"),
    ("毎月15日", "", "", "", ""),
    ("土日祝", "10:00", "16:00", "", ""),
    ("不定期", "", "", "", ""),
    ("満月の夜", "", "", "", ""),
]


@pytest.mark.parametrize("said", SAID)
def test_an_opening_survives_the_gate(said):
    read = parse_openings(*said)
    kept = parse_values({"openings": [opening_values(opening) for opening in read]})["openings"]
    assert tuple(opening_of(values) for values in kept) == read


def test_only_what_was_given_is_a_change():
    assert parse_values({"fee": " 100円 ", "capacity": "12"}) == {"capacity": 12, "fee": "100円"}


def test_an_empty_resource_has_every_field():
    assert EMPTY["openings"] == []
    assert EMPTY["place"] is None
    assert EMPTY["public"] is True


@pytest.mark.parametrize("bad", [None, {}, [], "name", {"openings": "火"}, {"openings": [{}] * 51}])
def test_what_is_no_change_is_refused(bad):
    with pytest.raises(Invalid):
        parse_values(bad)

"""Squares of 届きにくさ: they add up to the town, and where a source is not public few people have no number."""

import pytest
from sqlalchemy import text

from geo.gap_cells import cells
from tests.geo.gap_asking import TOWN


def test_the_forty_are_one_square(salon, ask, db):
    """As tests/geo/test_gap_map.py: the forty of the south-west live in one square of their own."""
    salon(0, 3)
    found = cells(db, TOWN, ask(minutes="13"))
    assert [round(one.reached) for one in found if one.reached] == [40]
    for part, people in (("people", 1002), ("reached", 40), ("beyond", 962), ("unknown", 0)):
        assert sum(getattr(one, part) for one in found) == pytest.approx(people)
    (square,) = [one for one in found if one.reached]
    assert (square.beyond_share, square.unknown_share) == (0, 0)


def test_few_people_have_no_number_where_the_register_is_not_public(salon, ask, db):
    salon(0, 3)
    db.execute(text("update population_source set public = false where kind = 'table'"))
    private = db.scalar(text("select count(*) from population_source where kind = 'table'"))
    found, asked = cells(db, TOWN, ask(age="85")), ask(age="85")
    people = asked.living.people[:, 3]
    if private:
        assert all(one.people is None or one.people >= 20 for one in found)
        assert any(one.people is None for one in found)
        assert all((one.people is None) == (one.beyond is None) for one in found)
    else:
        assert sum(one.people for one in found) == pytest.approx(people.sum())

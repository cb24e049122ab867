"""手引きの地図: each page as large a map as it holds, and every number that lies in what a map shows."""

import re
from datetime import date

import numpy as np
import pytest
from sqlalchemy import text

from geo import handbook
from geo.handbook_maps import MOST_ON_MAP, drawings, parted
from geo.records import districts
from geo.scope import Role, Scope, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN
from tests.routes.making import make

EVERYBODY = Scope(TOWN, Role.RESIDENT)
WORDS = {"label": "地図", "north": "北"}
UPRIGHT, ACROSS = 'width="182.0mm"', 'width="273.0mm"'


@pytest.fixture
def maps(db):
    """maps(size) → the handbook of 西中学校, and its maps."""

    def make_them(size="a4"):
        west = districts.list_at_level(db, house(TOWN), "junior_high")[0]
        told = handbook.load(db, EVERYBODY, west.id, date(2026, 12, 1), date(2026, 11, 30))
        return told, drawings(db, EVERYBODY, told, size, WORDS)

    return make_them


def numbers_on(svg):
    return {int(one) for one in re.findall(r'font-weight="700"[^>]*>(\d+)</text>', svg)}


def test_of_several_maps_each_bears_what_it_shows_also_of_its_neighbour(db, maps):
    for n in range(MOST_ON_MAP):
        make(db, name=f"茶の間{n}", place=list(corner_lonlat(2 + n % 18, 4 + n // 9)))
    told, (first, *others) = maps()
    placed = {entry.number for entry in told.entries if entry.places}
    assert first.numbers == frozenset()
    assert numbers_on(first.svg) == set(range(1, len(others) + 1))
    assert set().union(*(one.numbers for one in others)) == placed
    assert all(numbers_on(one.svg) == one.numbers for one in others)
    shared = [number for number in placed if sum(number in one.numbers for one in others) > 1]
    assert shared
    assert first.until == 0
    _, (wall,) = maps("a3")
    assert wall.numbers == set(range(1, wall.until + 1))
    assert wall.until == MOST_ON_MAP
    assert all(one.is_wide == (ACROSS in one.svg) != (UPRIGHT in one.svg) for one in others)


def test_the_only_map_is_of_where_the_places_are(db, maps):
    _, (whole,) = maps()
    bar = re.compile(r">(\d+)(k?)m</text>")

    def metres(svg):
        said = bar.search(svg)
        return int(said[1]) * (1000 if said[2] else 1)

    spread = metres(whole.svg)
    db.execute(text("update resource set closed_on = '2026-01-01'"))
    for n in range(5):
        make(db, name=f"茶の間{n}", place=list(corner_lonlat(5 + n % 2, 5 + n)))
    told, (near,) = maps()
    assert len(told.entries) == 5
    assert metres(near.svg) < spread
    _, (wall,) = maps("a3")
    assert numbers_on(wall.svg) == set(range(1, 6))


def test_a_booklet_of_many_entries_has_maps_on_which_their_numbers_have_room():
    marks = [(n, 137.0 + n % 20 / 1000, 36.0 + n // 20 / 1000) for n in range(230)]
    parts = parted(marks)
    assert len(parts) == 4
    assert all(len(part) <= MOST_ON_MAP for part in parts)
    assert sorted(number for part in parts for number, _, _ in part) == list(range(230))
    assert parted(marks[:90]) == [marks[:90]]
    assert np.ptp([lon for _, lon, _ in parts[0]]) < np.ptp([lon for _, lon, _ in marks])

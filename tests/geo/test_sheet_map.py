"""The map on paper: numbers stand apart and inside, sizes are people, what is unknown is no dot."""

import re

import pytest
import shapely

from geo.scope import house
from geo.sheet_map import Dot, Shown, key, sheet_map
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN

SIZE = (180.0, 120.0)
WORDS = {"label": "地図", "north": "北"}
AREA = shapely.box(*corner_lonlat(0, 0), *corner_lonlat(30, 20))


@pytest.fixture
def drawn(db):
    def draw(**values):
        usual = {"area": AREA, "others": [], "leading": None, "practical": None, "served": None}
        usual |= {"coverage": AREA.buffer(1), "dots": [], "marks": []}
        return sheet_map(db, house(TOWN), Shown(**usual | values), SIZE, WORDS)

    return draw


def marks_of(svg):
    return [
        tuple(map(float, m))
        for m in re.findall(r'<rect x="([-\d.]+)" y="([-\d.]+)" width="4.8"', svg)
    ]


def test_marks_at_one_place_stand_beside_each_other_and_whole(drawn):
    place = corner_lonlat(0, 0)
    svg = drawn(marks=[(number, *place) for number in range(1, 8)])
    found = marks_of(svg)
    assert len(found) == 7
    for at, (x, y) in enumerate(found):
        assert 0 < x < SIZE[0] - 4.8
        assert 0 < y < SIZE[1] - 4.8
        assert all(max(abs(x - ox), abs(y - oy)) >= 4.8 for ox, oy in found[:at])
    assert re.findall(r">(\d+)</text>", svg) == [str(number) for number in range(1, 8)]


def test_a_number_of_three_figures_is_as_large_as_one_of_two(drawn):
    svg = drawn(marks=[(99, *corner_lonlat(5, 5)), (100, *corner_lonlat(20, 15))])
    assert len(set(re.findall(r'font-size="([\d.]+)" font-weight="700"', svg))) == 1
    wide = [float(one) for one in re.findall(r'<rect [^>]*width="([\d.]+)" height="4.8"', svg)]
    assert len(wide) == 2
    assert wide[1] > wide[0]


def test_no_number_stands_on_the_arrow_or_the_bar(drawn):
    west, north = corner_lonlat(0, 0)[0], corner_lonlat(30, 20)[1]
    south, east = corner_lonlat(0, 0)[1], corner_lonlat(30, 20)[0]
    found = marks_of(drawn(marks=[(1, east, north), (2, west, south)]))
    assert all(x + 4.8 < SIZE[0] - 9.5 or y > 15 for x, y in found)


def test_a_dot_grows_with_its_people_and_who_is_unknown_is_a_square(drawn):
    where = corner_lonlat(10, 10)
    radius = [
        float(re.search(r'r="([\d.]+)" fill="#541a05"', drawn(dots=[Dot(where, people, 0)]))[1])
        for people in (10, 40)
    ]
    assert radius[1] == pytest.approx(2 * radius[0], abs=0.01)
    assert 'fill="#541a05"' not in drawn(dots=[Dot(where, 0, 30)])
    assert key("unknown").count("<path") == 2


def test_where_no_streets_are_known_is_hatched(drawn):
    hatch = 'stroke="#8c8c8c" stroke-width="0.18"'
    assert hatch not in drawn()
    assert hatch in drawn(coverage=shapely.box(*corner_lonlat(0, 0), *corner_lonlat(15, 20)))
    assert hatch in drawn(coverage=None)


def test_streets_of_the_base_map_and_the_length_of_a_bar_are_drawn(drawn):
    svg = drawn()
    assert 'stroke="#c4c0b8"' in svg
    assert re.search(r">(50|100|200|500)m<|>\dkm<", svg)
    assert 'aria-label="地図"' in svg

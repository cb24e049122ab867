"""Schools of P29: two editions whose numbers mean different things."""

import pytest
import shapely

from geo.errors import Unreadable
from geo.sources import schools
from tests.geo.sources import vectors

POINT = shapely.Point(136.0, 35.0)


@pytest.mark.parametrize(
    ("city", "code", "count"), [("sabae", "18207", 18), ("echizen", "18209", 31)]
)
def test_the_schools_of_two_cities(real, city, code, count):
    file = schools.read(real / city / f"school_point/P29-13_{code}.geojson")
    assert (len(file.rows) + len(file.refused), file.refused) == (count, ())
    assert (file.edition, file.name_field, file.publisher) == ("2013", "P29_005", "国土交通省")
    assert {row.municipality for row in file.rows} == {code}


def test_kinds_names_and_addresses_of_sabae(real):
    rows = schools.read(real / "sabae/school_point/P29-13_18207.geojson").rows
    first = rows[0]
    assert (first.name, first.kind, first.address) == ("河和田小学校", "elementary", "西袋町67-8")
    kinds = [row.kind for row in rows]
    assert [kinds.count(kind) for kind in ("elementary", "junior_high", "high")] == [12, 3, 2]


def test_the_2021_edition_has_codes_and_says_who_is_closed(tmp_path):
    def school(code, kind, name, state="1"):
        values = ("99001", code, kind, name, "松葉1", "3", state)
        return {f"P29_00{n}": value for n, value in enumerate(values, start=1)}, POINT

    path = vectors.write(
        tmp_path / "P29-21_99.shp",
        [
            school("A199000000001", "16014", "碁盤学園"),
            school("B199000000002", "16001", "眠り小学校", "2"),
            school("B199000000003", "16099", "ふしぎ校"),
            school("B199000000003", "16099", "ふしぎ校"),
        ],
    )
    file = schools.read(path)
    assert [(row.code, row.kind, row.name) for row in file.rows] == [
        ("A199000000001", "compulsory", "碁盤学園"),
        ("B199000000003", "other", "ふしぎ校"),
    ]
    assert [one.reason for one in file.refused] == ["school_closed", "duplicate_row"]
    assert (file.edition, file.name_field) == ("2021", "P29_004")


def test_areas_are_no_schools(real, tmp_path):
    with pytest.raises(Unreadable) as error:
        schools.read(real / "sabae/school_district/A32-16_18207.geojson")
    assert error.value.facts["reason"] == "not_p29"
    fields = {"P29_001": "99001", "P29_003": "16001", "P29_004": "東小"}
    file = schools.read(vectors.write(tmp_path / "a.shp", [(fields, vectors.box())]))
    assert [one.reason for one in file.refused] == ["not_a_point"]


def test_a_school_in_another_country_is_refused(tmp_path):
    fields = {"P29_001": "99001", "P29_003": "16001", "P29_004": "東小"}
    path = vectors.write(tmp_path / "a.shp", [(fields, shapely.Point(0, 51))])
    assert [one.reason for one in schools.read(path).refused] == ["outside_japan"]

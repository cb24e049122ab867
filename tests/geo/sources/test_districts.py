"""Districts from files: real ones of two cities, and the troubles of others."""

import json

import pytest
from shapely import box, unary_union

from geo.errors import Unreadable
from geo.sources import districts
from geo.sources.areas import area_m2
from geo.sources.delivery import Refused

ZONE = 6


def square(west: float = 136.0, south: float = 35.0, size: float = 0.01) -> dict:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def deliver(tmp_path):
    """A function: (properties, geometry) pairs -> the file as districts.read sees it."""

    def read(*pairs, name="districts.geojson", name_field=None):
        features = [
            {"type": "Feature", "properties": properties, "geometry": geometry}
            for properties, geometry in pairs
        ]
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return districts.read(path, ZONE, name_field)

    return read


@pytest.mark.parametrize(
    ("path", "count", "name", "address"),
    [
        ("sabae/school_district/A32-16_18207", 3, "鯖江中学校", "鯖江市小黒町2-12-1"),
        ("sabae/school_district/A27-16_18207", 12, "片上小学校", "鯖江市大野町16-6"),
        ("echizen/school_district/A32-16_18209", 8, "武生第五中学校", "越前市都辺町36-73"),
        ("echizen/school_district/A27-16_18209", 17, "味真野小学校", "越前市池泉町9-1"),
    ],
)
def test_the_school_districts_of_sabae_and_echizen(real, path, count, name, address):
    file = districts.read(real / f"{path}.geojson", ZONE)
    assert (len(file.rows), file.refused, file.assumptions) == (count, (), ())
    assert (file.layer, file.edition) == (path.split("/")[-1][:3].lower(), "2016")
    assert (file.encoding, file.crs, file.publisher) == ("utf-8", "CRS84", "国土交通省")
    assert file.licence == "国土数値情報ダウンロードサービス利用約款"
    first = file.rows[0]
    assert (first.code, first.name, first.address) == (name, name, address)
    assert {row.municipality for row in file.rows} == {path[-5:]}
    assert {row.notes for row in file.rows} == {()}


def test_the_three_districts_of_sabae_cover_the_84_6_square_kilometres_of_the_city(real):
    rows = districts.read(real / "sabae/school_district/A32-16_18207.geojson", ZONE).rows
    city = unary_union([row.geometry for row in rows])
    assert area_m2(city, ZONE) / 1e6 == pytest.approx(84.6, abs=0.3)


def test_a_boundary_with_a_code_alone_has_no_name(real):
    file = districts.read(real / "sabae/boundary/boundary_from_A32_18207.geojson", ZONE)
    [row] = file.rows
    assert (file.layer, file.name_field, file.publisher) == ("generic", "", "")
    assert (row.municipality, row.code, row.name, row.notes) == ("18207", None, None, ("no_name",))


def test_schools_as_points_are_no_districts(real):
    file = districts.read(real / "sabae/school_point/P29-13_18207.geojson", ZONE)
    assert (len(file.rows), len(file.refused)) == (0, 18)
    assert {refused.reason for refused in file.refused} == {"not_a_polygon"}


def test_the_2021_edition_brings_school_codes(deliver):
    file = deliver(
        (
            {
                "A32_001": "18207",
                "A32_002": "鯖江市立",
                "A32_003": "C118210700012",
                "A32_004": "中央中学校",
                "A32_005": "鯖江市三六町1-1-50",
            },
            square(),
        ),
        name="A32-21_18.geojson",
    )
    [row] = file.rows
    assert (file.layer, file.edition) == ("a32", "2021")
    assert (row.municipality, row.code, row.name) == ("18207", "C118210700012", "中央中学校")


def test_a_school_with_land_apart_is_one_district(deliver):
    one = {"A27_005": "18207", "A27_006": "鯖江市立", "A27_007": "豊小学校", "A27_008": ""}
    again = {**one, "A27_007": "豊　小学校", "A27_008": "鯖江市下野田町39-29"}
    file = deliver((one, square()), (again, square(west=136.05)))
    [row] = file.rows
    assert (row.row, row.code, row.name) == (1, "豊小学校", "豊小学校")
    assert row.address == "鯖江市下野田町39-29"
    assert (len(row.geometry.geoms), row.notes) == (2, ("merged=2",))


def test_the_same_name_in_two_municipalities_is_two_districts(deliver):
    file = deliver(
        ({"A32_006": "18207", "A32_008": "中央中学校"}, square()),
        ({"A32_006": "18209", "A32_008": "中央中学校"}, square(west=136.05)),
    )
    assert [(row.municipality, row.code) for row in file.rows] == [
        ("18207", "中央中学校"),
        ("18209", "中央中学校"),
    ]


def test_a_code_that_names_no_district_is_not_used_to_join_them(deliver):
    # 学校分類コード 16002 in every row, or the municipality's code in a column called code
    file = deliver(
        ({"code": "16002", "name": "東"}, square()),
        ({"code": "16002", "name": "西"}, square(west=136.05)),
    )
    assert [(row.code, row.name) for row in file.rows] == [("東", "東"), ("西", "西")]
    assert file.assumptions == ("no_crs_wgs84", "code_not_unique")


def test_islands_of_a_municipality_are_one_district_of_n03(deliver):
    island = {"N03_001": "福井県", "N03_003": None, "N03_004": "坂井市", "N03_007": "18210"}
    file = deliver((island, square()), (island, square(west=136.05)), name="N03-2024.geojson")
    [row] = file.rows
    assert (file.layer, file.edition) == ("n03", "2024")
    assert (row.municipality, row.code, row.name) == ("18210", "18210", "坂井市")


def test_a_ward_is_named_with_its_city_in_the_old_edition_and_the_new(deliver):
    old = {"N03_003": "札幌市", "N03_004": "中央区", "N03_007": "01101"}
    new = {"N03_003": None, "N03_004": "札幌市", "N03_005": "北区", "N03_007": "01102"}
    town = {"N03_003": "石狩郡", "N03_004": "当別町", "N03_007": "01303"}
    file = deliver((old, square()), (new, square(west=137.0)), (town, square(west=138.0)))
    assert [row.name for row in file.rows] == ["札幌市中央区", "札幌市北区", "当別町"]


def test_land_of_no_municipality_is_refused(deliver):
    file = deliver(({"N03_004": "所属未定地", "N03_007": None}, square()))
    assert file.refused == (Refused(1, "unassigned_land", "所属未定地"),)


def test_a_code_without_its_zero_is_repaired_and_said(deliver):
    file = deliver(({"A32_006": 1202, "A32_008": "青柳中学校"}, square()))
    assert file.rows[0].municipality == "01202"
    assert file.assumptions == ("no_crs_wgs84", "code_zero_restored")


def test_a_code_that_cannot_be_read_is_noted(deliver):
    [row] = deliver(({"A32_006": "さばえ", "A32_008": "中央中学校"}, square())).rows
    assert (row.municipality, row.notes) == (None, ("code_unreadable",))


def test_two_features_without_a_name_stay_two(deliver):
    file = deliver(({"name": None}, square()), ({"name": " "}, square(west=136.05)), ({}, square()))
    assert [(row.row, row.name, row.code) for row in file.rows] == [
        (1, None, None),
        (2, None, None),
        (3, None, None),
    ]
    assert {row.notes for row in file.rows} == {("no_name",)}


def test_any_areas_are_read_by_the_property_the_person_names(deliver):
    pair = ({"圏域": "北部", "name": "x", "color": "#fff"}, square())
    file = deliver(pair, name_field="圏域")
    assert (file.layer, file.name_field, file.rows[0].name) == ("generic", "圏域", "北部")
    with pytest.raises(Unreadable) as error:
        deliver(pair, name_field="区域")
    assert error.value.facts == {"reason": "name_field_missing", "field": "区域"}


def test_our_own_export_is_read_back(deliver):
    exported = {"municipality": "18207", "level": "junior_high", "code": "x1", "name": "中央"}
    [row] = deliver(({**exported, "source": "A32"}, square())).rows
    assert (row.municipality, row.code, row.name) == ("18207", "x1", "中央")


def test_numbers_are_names_and_lists_are_not(deliver):
    file = deliver(({"name": 3.0}, square()), ({"name": [3]}, square(west=136.05)))
    assert [row.name for row in file.rows] == ["3", None]


def test_a_repair_and_dropped_points_are_noted(deliver):
    bow_tie = [[136.0, 35.0], [136.01, 35.01], [136.01, 35.0], [136.0, 35.01], [136.0, 35.0]]
    parts = [
        {"type": "Polygon", "coordinates": [bow_tie]},
        {"type": "Point", "coordinates": [136.0, 35.0]},
    ]
    [row] = deliver(({"name": "北"}, {"type": "GeometryCollection", "geometries": parts})).rows
    # two triangles of a quarter each in 912.82 m x 1109.40 m (GRS80), times 0.9999 squared
    dropped, repaired = row.notes
    assert dropped == "parts_dropped=1"
    assert repaired.startswith("made_valid=+5062")
    assert row.geometry.is_valid


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, "no_geometry"),
        ({"type": "MultiPolygon", "coordinates": []}, "no_geometry"),
        ({"type": "GeometryCollection", "geometries": []}, "no_geometry"),
        ({"type": "LineString", "coordinates": [[136.0, 35.0], [136.1, 35.0]]}, "not_a_polygon"),
        ({"type": "Polygon", "coordinates": [[[136.0, 35.0]]]}, "bad_coordinates"),
        ({"type": "Polygon", "coordinates": [[[136, 35], [137, 35], [136, 35]]]}, "no_area"),
    ],
)
def test_a_feature_without_a_polygon_is_refused_by_name_and_the_rest_stands(
    deliver, geometry, reason
):
    file = deliver(({"name": "北"}, geometry), ({"name": "南"}, square()))
    assert [row.name for row in file.rows] == ["南"]
    assert file.refused == (Refused(1, reason, "北"),)


def test_swapped_axes_and_places_abroad_are_refused_with_their_box(deliver):
    file = deliver(
        ({"name": "北"}, square(west=35.0, south=136.0)), ({"name": "南"}, square(-74.0, 40.7))
    )
    assert file.refused == (
        Refused(1, "swapped_axes", "北 35.00000,136.00000,35.01000,136.01000"),
        Refused(2, "outside_japan", "南 -74.00000,40.70000,-73.99000,40.71000"),
    )


def test_the_shape_is_the_shape_that_was_drawn(deliver):
    [row] = deliver(({"name": "北"}, square())).rows
    assert row.geometry.equals(box(136.0, 35.0, 136.01, 35.01))

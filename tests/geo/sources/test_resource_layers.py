"""Layers of points: what GIS people hand over instead of a list."""

import json
import math

import pytest
import shapely

from geo.errors import Unreadable
from geo.sources import resource_layers, resource_tables
from geo.sources.mapping import Mapping
from tests.geo.sources.vectors import box, write, zipped

SALON = {"名称": "茶話会", "種別": "サロン", "所在地": "松葉1"}


@pytest.fixture
def geojson(tmp_path):
    """geojson((properties, geometry), …) -> a file."""

    def make(*features, name="list.geojson", **members):
        path = tmp_path / name
        listed = [
            {"type": "Feature", "properties": properties, "geometry": geometry}
            for properties, geometry in features
        ]
        document = {"type": "FeatureCollection", "features": listed, **members}
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        return path

    return make


def at(lon=136.01, lat=32.51):
    return {"type": "Point", "coordinates": [lon, lat]}


def test_properties_are_columns_and_the_geometry_is_the_place(geojson):
    file = resource_tables.read(geojson((SALON, at()), ({"名称": "体操", "NO": 7.0}, at(136.02))))
    assert [(row.row, row.name, row.lon, row.lat) for row in file.rows] == [
        (1, "茶話会", 136.01, 32.51),
        (2, "体操", 136.02, 32.51),
    ]
    assert file.rows[0].category == "サロン"
    assert file.rows[1].key == "7"  # 7.0 is 7
    assert (file.columns["address"], file.crs) == ("所在地", "")
    assert "no_crs_wgs84" in file.assumptions


@pytest.mark.parametrize("ending", [".shp", ".gpkg", ".zip"])
def test_every_format_is_the_same_list(tmp_path, ending):
    rows = [
        (SALON, shapely.Point(136.01, 32.51)),
        (SALON | {"名称": "体操"}, shapely.Point(136, 32)),
    ]
    path = write(tmp_path / ("a.shp" if ending != ".gpkg" else "a.gpkg"), rows, encoding="cp932")
    if ending == ".zip":
        areas = write(tmp_path / "areas.shp", [({"名称": "区域"}, box())])
        path = zipped(tmp_path / "a.zip", path, areas)  # of both the one with points
    file = resource_tables.read(path)
    assert [(row.name, row.lon, row.lat) for row in file.rows] == [
        ("茶話会", 136.01, 32.51),
        ("体操", 136.0, 32.0),
    ]


def test_a_layer_without_our_names_is_read_by_a_mapping(geojson):
    path = geojson(({"SAFIELD004": "会館", "SAFIELD006": "松葉1"}, at()))
    with pytest.raises(Unreadable) as error:
        resource_tables.read(path)
    assert error.value.facts == {"reason": "no_name_column"}
    survey = resource_tables.survey(path)[0]
    assert (survey.headers, survey.reason) == (("SAFIELD004", "SAFIELD006"), "no_name_column")
    assert survey.sample == (("会館", "松葉1"),)
    columns = {"name": "SAFIELD004", "address": "SAFIELD006"}
    [row] = resource_tables.read(path, Mapping(columns=columns)).rows
    assert (row.name, row.address) == ("会館", "松葉1")


def test_a_feature_without_a_place_is_kept_by_its_columns(geojson):
    file = resource_tables.read(
        geojson((SALON, None), (SALON | {"緯度": 32.5, "経度": 136.0}, None))
    )
    assert [(row.lon, row.notes) for row in file.rows] == [(None, ("no_coordinates",)), (136.0, ())]


def square(metres):
    size = metres / resource_layers.METRES_PER_DEGREE
    return json.loads(shapely.to_geojson(box(136.0, 32.5, size)))


def test_a_park_is_a_point_within_it_and_a_district_is_no_place(geojson):
    line = {"type": "LineString", "coordinates": [[136, 32], [136.1, 32.1]]}
    features = [(SALON, square(300)), (SALON, square(900)), (SALON, line), ({"所在地": "a"}, at())]
    file = resource_tables.read(geojson(*features))
    [park] = file.rows
    assert park.notes == ("point_in_polygon",)
    assert 136.0 < park.lon < 136.003
    assert [(r.row, r.reason) for r in file.refused] == [
        (2, "too_wide"),
        (3, "not_a_place"),
        (4, "no_name"),
    ]
    assert file.refused[0].detail == "茶話会 0.68km2"  # 0.9 km x 0.9 km x cos 32.5°


def test_columns_of_coordinates_that_lie_elsewhere_are_told_and_not_used(geojson):
    far = SALON | {"緯度": 32.51, "経度": 136.015}
    file = resource_tables.read(geojson((far, at())))
    assert file.rows[0].lon == 136.01
    metres = 0.005 * resource_layers.METRES_PER_DEGREE * math.cos(math.radians(32.51))
    assert f"columns_differ={metres:.0f}" in file.assumptions


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b'<?xml version="1.0"?>\n<kml xmlns="x"><Document/></kml>', "a.kml", "is_kml"),
        (b"PK\x05\x06" + b"\0" * 18, "a.kmz", "is_kml"),
        (b"", "a.geojson", "empty"),
        (b"{", "a.csv", "truncated"),
        (b"[1]", "a.geojson", "not_geojson"),
        (b"x", "a.dbf", "give_the_shp"),
    ],
)
def test_what_is_no_layer_says_so(tmp_path, content, name, reason):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unreadable) as error:
        resource_tables.read(path)
    assert error.value.facts["reason"] == reason


def test_the_twins_of_sabae_agree_within_the_accuracy_that_is_said(real):
    """134 AED in the old Tokyo datum and in JGD2000; 435 m apart as delivered."""
    old, new = (
        resource_tables.read(real / f"sabae/aed/sabae_aed_{datum}.shp")
        for datum in ("tokyo", "jgd2000")
    )
    assert (len(old.rows), len(new.rows), old.refused, new.refused) == (134, 134, (), ())
    assert (old.crs, new.crs) == ("EPSG:4301", "EPSG:4612")
    assert "tokyo_datum=9" in old.assumptions
    apart = [
        math.hypot((a.lon - b.lon) * math.cos(math.radians(b.lat)), a.lat - b.lat) * 111_320
        for a, b in zip(old.rows, new.rows, strict=True)
    ]
    assert max(apart) < 9
    assert old.rows[0].address == "鯖江市舟津町２丁目５-４２"  # 5?42 as delivered
    assert sum("dash_restored" in row.notes for row in old.rows) == 55


def test_the_refuges_of_echizen_in_cp932(real):
    columns = {"name": "SAFIELD004", "address": "SAFIELD006"}
    path = real / "echizen/shelter/refuge_first.shp"
    file = resource_tables.read(path, Mapping(columns=columns, kind="shelter"))
    assert (len(file.rows), file.encoding) == (411, "cp932")
    assert [refused.reason for refused in file.refused] == ["no_name", "no_name"]
    assert file.rows[0].name == "越前市生涯学習センター"


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("echizen/gsi_shelter/emergency_182095.json", 108),
        ("echizen/gsi_shelter/evacuation_182095.json", 28),
        ("sabae/gsi_shelter/emergency_182079.json", 57),
        ("sabae/gsi_shelter/evacuation_182079.json", 39),
    ],
)
def test_the_surveys_layers_of_shelters_say_what_they_are(real, path, rows):
    file = resource_tables.read(real / path)
    assert (len(file.rows), file.refused, file.form, file.key_column) == (
        rows,
        (),
        "shelter",
        "共通ID",
    )


def test_the_flooded_area_of_echizen_is_no_list_of_places(real):
    path = real / "echizen/shelter/flood_assumed_area.shp"
    file = resource_tables.read(path, Mapping(columns={"name": "SAFIELD001"}))
    assert (len(file.rows), {refused.reason for refused in file.refused}) == (0, {"too_wide"})

"""GeoJSON files: what they say about themselves, and what hostile ones are refused for."""

import json

import pytest

from geo.errors import Unreadable
from geo.sources import geojson
from geo.sources.delivery import RowError
from geo.sources.geojson import polygons, read_features

SQUARE = [[136.0, 35.0], [136.1, 35.0], [136.1, 35.1], [136.0, 35.1], [136.0, 35.0]]
FEATURE = {
    "type": "Feature",
    "properties": {"name": "北"},
    "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
}
COLLECTION = {"type": "FeatureCollection", "features": [FEATURE]}


@pytest.fixture
def deliver(tmp_path):
    """A function that saves bytes, or JSON, and reads them as features."""

    def read(content):
        path = tmp_path / "delivered.geojson"
        is_bytes = isinstance(content, bytes)
        path.write_bytes(content if is_bytes else json.dumps(content).encode())
        return read_features(path)

    return read


def with_crs(member):
    return {**COLLECTION, "crs": member}


def named(name):
    return with_crs({"type": "name", "properties": {"name": name}})


def refused(geometry) -> str:
    with pytest.raises(RowError) as error:
        polygons(geometry)
    return error.value.reason


@pytest.mark.parametrize(
    ("name", "crs", "assumptions"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "CRS84", ()),
        ("urn:ogc:def:crs:EPSG::6668", "EPSG:6668", ()),
        ("EPSG:4326", "EPSG:4326", ()),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:4326", ()),
        ("urn:ogc:def:crs:EPSG::4612", "EPSG:4612", ("jgd2000_as_is",)),
        ("urn:ogc:def:crs:EPSG::4301", "EPSG:4301", ("tokyo_datum=9", "jgd2000_as_is")),
        ("EPSG:6674", "EPSG:6674", ()),
        ("EPSG:3857", "EPSG:3857", ()),
    ],
)
def test_world_and_japanese_degrees_are_taken(deliver, name, crs, assumptions):
    file = deliver(named(name))
    assert (file.crs, file.assumptions) == (crs, assumptions)


def test_the_oldest_way_to_name_a_system_is_understood(deliver):
    assert deliver(with_crs({"type": "EPSG", "properties": {"code": 4326}})).crs == "EPSG:4326"


@pytest.mark.parametrize("content", [COLLECTION, with_crs(None)])
def test_without_a_system_wgs84_is_assumed_and_said(deliver, content):
    file = deliver(content)
    assert (file.crs, file.assumptions) == ("", ("no_crs_wgs84",))


@pytest.mark.parametrize(
    "content",
    [
        named("urn:ogc:def:crs:EPSG::4275"),
        named("EPSG:27700"),
        named("EPSG:14326"),
        named(""),
        with_crs({"type": "link", "properties": {"href": "crs.wkt"}}),
        with_crs("EPSG:4326"),
    ],
)
def test_any_other_system_is_refused(deliver, content):
    with pytest.raises(Unreadable) as error:
        deliver(content)
    assert error.value.facts["reason"] == "crs_not_supported"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_the_encodings_of_offices_are_read_and_reported(deliver, encoding):
    file = deliver(("\n " + json.dumps(COLLECTION, ensure_ascii=False)).encode(encoding))
    assert (file.features[0].properties, file.encoding) == ({"name": "北"}, encoding)


def test_a_file_says_who_published_it(deliver):
    file = deliver({**COLLECTION, "name": "N", "publisher": "碁盤町", "licence": "CC0 1.0"})
    assert (file.name, file.publisher, file.licence) == ("N", "碁盤町", "CC0 1.0")


VRT = b"<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>"
WHOLE = json.dumps(COLLECTION).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\xef\xbb\xbf", "not_geojson"),
        (VRT, "not_geojson"),
        (b"PK\x03\x04\x14\x00", "not_text"),
        (json.dumps(COLLECTION).encode("utf-16-le"), "not_text"),
        (WHOLE[:-40], "truncated"),
        (WHOLE[:-1], "truncated"),
        (WHOLE + b"\n" + WHOLE, "not_json"),
        (b"{'type': 'FeatureCollection'}", "not_json"),
        (b'{"type": "FeatureCollection", "features": ' + b"[" * 100_000, "nested_too_deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested_too_deep"),
        (WHOLE.replace(b"136.1", b"NaN"), "nan_in_json"),
        (WHOLE.replace(b"136.1", b"-Infinity"), "nan_in_json"),
        (WHOLE.replace(b"136.1", b"1" * 1_000_000), "not_json"),
        (b"{}", "not_feature_collection"),
        (json.dumps(FEATURE).encode(), "not_feature_collection"),
        (b'{"type": "Topology", "objects": {}}', "not_feature_collection"),
        (b'{"type": "FeatureCollection"}', "not_feature_collection"),
        (b'{"type": "FeatureCollection", "features": {}}', "not_feature_collection"),
        (b'{"type": "FeatureCollection", "features": []}', "empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_feature_collection_is_refused_for_its_reason(deliver, content, reason):
    with pytest.raises(Unreadable) as error:
        deliver(content)
    assert error.value.facts["reason"] == reason


@pytest.mark.parametrize("one", [None, 5, "Feature", {"type": "Polygon"}, {"type": "Feature"}])
def test_a_broken_feature_keeps_its_number_and_has_no_geometry(deliver, one):
    file = deliver({"type": "FeatureCollection", "features": [FEATURE, one]})
    broken = file.features[1]
    assert (broken.row, broken.properties, broken.geometry) == (2, {}, None)


def test_heights_are_dropped():
    high = [[*point, 120.5] for point in SQUARE]
    [polygon], others = polygons({"type": "Polygon", "coordinates": [high]})
    assert (polygon.has_z, polygon.bounds, others) == (False, (136.0, 35.0, 136.1, 35.1), 0)


def test_a_hole_stays_a_hole():
    hole = [[136.02, 35.02], [136.04, 35.02], [136.04, 35.04], [136.02, 35.02]]
    [polygon], _ = polygons({"type": "Polygon", "coordinates": [SQUARE, hole]})
    assert len(polygon.interiors) == 1


def test_collections_in_collections_are_opened_and_their_points_counted():
    area = {"type": "Polygon", "coordinates": [SQUARE]}
    point = {"type": "Point", "coordinates": [136.0, 35.0]}
    inner = {"type": "GeometryCollection", "geometries": [area, point]}
    found, others = polygons({"type": "GeometryCollection", "geometries": [inner, area]})
    assert (len(found), others) == (2, 1)


def test_collections_nested_deeply_are_opened_without_running_out():
    geometry = {"type": "Polygon", "coordinates": [SQUARE]}
    for _ in range(50_000):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    assert len(polygons(geometry)[0]) == 1


def test_no_geometry_is_none():
    assert refused(None) == "no_geometry"
    assert polygons({"type": "MultiPolygon", "coordinates": []}) == ([], 0)
    assert polygons({"type": "Polygon", "coordinates": []}) == ([], 0)


@pytest.mark.parametrize(
    "ring",
    [
        [],
        [[136.0, 35.0], [136.1, 35.0]],
        [[136.0], [136.1], [136.1], [136.0]],
        [["136.0", "35.0"], ["136.1", "35.0"], ["136.1", "35.1"], ["136.0", "35.0"]],
        [[136.0, None], [136.1, 35.0], [136.1, 35.1], [136.0, 35.0]],
        [[136.0, 35.0], 136.1, [136.1, 35.1], [136.0, 35.0]],
        [[136.0, 35.0], {"lon": 136.1}, [136.1, 35.1], [136.0, 35.0]],
        [[136.0, float("inf")], [136.1, 35.0], [136.1, 35.1], [136.0, 35.0]],
        [[136.0, 10**400], [136.1, 35.0], [136.1, 35.1], [136.0, 35.0]],
        [[[136.0, 35.0]], [[136.1, 35.0]], [[136.1, 35.1]], [[136.0, 35.0]]],
        "136.0 35.0",
        None,
    ],
)
def test_what_is_no_ring_of_lon_lat_is_refused(ring):
    assert refused({"type": "Polygon", "coordinates": [ring]}) == "bad_coordinates"


@pytest.mark.parametrize("coordinates", [None, 5, "x", {}, [5], [None]])
def test_what_is_no_list_of_rings_is_refused(coordinates):
    assert refused({"type": "Polygon", "coordinates": coordinates}) == "bad_coordinates"
    assert refused({"type": "MultiPolygon", "coordinates": [coordinates]}) == "bad_coordinates"


@pytest.mark.parametrize("limit", ["_OBJECTS", "_LISTS", "FEATURES"])
def test_more_parts_than_can_be_held_are_refused(deliver, monkeypatch, limit):
    monkeypatch.setattr(geojson, limit, 1)
    with pytest.raises(Unreadable) as unreadable:
        deliver({"type": "FeatureCollection", "features": [FEATURE, FEATURE]})
    assert unreadable.value.facts["reason"] == "too_many_features"

"""Vector files of every format and datum; and hostile ones, each refused with its reason."""

import json
import os
import shutil
import zipfile

import numpy as np
import pytest
import shapely
from pyproj.transformer import TransformerGroup

from geo import crs
from geo.errors import Unreadable
from geo.sources import apart, districts, geojson, vector
from geo.sources.apart import Limits
from tests.geo.sources import vectors
from tests.geo.sources.vectors import box
from tests.hostile import archives, shapes

ZONE = 6
ROWS = [({"名称": "東地区", "番号": 1}, box()), ({"名称": "髙﨑①", "番号": 2}, box(136.02))]


def reason(path, **options):
    with pytest.raises(Unreadable) as error:
        vector.read_features(path, **options)
    return error.value.facts["reason"]


def names(file):
    return [feature.properties["名称"] for feature in file.features]


def lonlat(file):
    return np.array([geojson.point(one.geometry, file.convert) for one in file.features])


def metres_between(one, other):
    return np.hypot(*(crs.to_plane_m(one, ZONE) - crs.to_plane_m(other, ZONE)).T)


def test_old_tokyo_points_come_within_the_stated_nine_metres_of_their_twins(real):
    """The 134 AED of 鯖江市, delivered twice. Unconverted they are 435 m apart."""
    old = vector.read_features(real / "sabae/aed/sabae_aed_tokyo.shp")
    new = vector.read_features(real / "sabae/aed/sabae_aed_jgd2000.shp")
    assert (old.crs, old.assumptions) == ("EPSG:4301", ("tokyo_datum=9", "jgd2000_as_is"))
    assert (new.crs, new.assumptions) == ("EPSG:4612", ("jgd2000_as_is",))
    assert [one.properties for one in old.features] == [one.properties for one in new.features]
    apart_m = metres_between(lonlat(old), lonlat(new))
    assert len(apart_m) == 134
    assert apart_m.max() < 0.01
    unconverted = np.array([geojson.point(one.geometry) for one in old.features])
    assert metres_between(unconverted, lonlat(new)).min() > 400


def test_a_cp932_shapefile_of_echizen_that_does_not_say_so(real):
    file = vector.read_features(real / "echizen/shelter/refuge_first.shp")
    assert (len(file.features), file.encoding) == (413, "cp932")
    assert file.assumptions == ("encoding_assumed=cp932",)
    assert file.features[0].properties["SAFIELD004"] == "越前市生涯学習センター"


@pytest.mark.parametrize("ending", [".shp", ".gpkg", ".zip", ".SHP"])
def test_every_format_gives_the_same_areas(tmp_path, ending):
    path = vectors.write(tmp_path / ("a.gpkg" if ending == ".gpkg" else "a.shp"), ROWS)
    if ending == ".zip":
        path = vectors.zipped(tmp_path / "all.zip", path, inside="区域/")
    if ending == ".SHP":
        for part in sorted(tmp_path.glob("a.*")):
            part.rename(tmp_path / part.name.upper())
        path = tmp_path / "A.SHP"
    file = districts.read(path, ZONE)
    assert [
        (row.name, row.geometry.equals(box(136.0 if n == 0 else 136.02)))
        for n, row in enumerate(file.rows)
    ] == [
        ("東地区", True),
        ("髙﨑①", True),
    ]
    assert (file.crs, file.assumptions, file.name_field) == ("EPSG:6668", (), "名称")


@pytest.mark.parametrize(
    ("cpg", "written", "assumptions"),
    [
        ("UTF-8", "UTF-8", ()),
        ("SJIS", "CP932", ()),
        ("ANSI 932", "CP932", ()),
        (None, "CP932", ("encoding_assumed=cp932",)),
        (None, "UTF-8", ("encoding_assumed=utf-8",)),
        ("UTF-8", "CP932", ("encoding_assumed=cp932",)),  # the file says what is not so
        ("1252", "CP932", ("encoding_assumed=cp932",)),  # what ArcGIS writes unasked
    ],
)
def test_encodings_said_unsaid_and_wrongly_said(tmp_path, cpg, written, assumptions):
    path = vectors.write(tmp_path / "a.shp", ROWS, encoding=written)
    (tmp_path / "a.cpg").unlink(missing_ok=True)
    dbf = bytearray((tmp_path / "a.dbf").read_bytes())
    dbf[29] = 0
    (tmp_path / "a.dbf").write_bytes(dbf)
    if cpg:
        (tmp_path / "a.cpg").write_text(cpg)
    file = vector.read_features(path)
    assert (names(file), file.assumptions) == (["東地区", "髙﨑①"], assumptions)


def test_a_character_cut_in_half_at_the_end_of_a_field_is_left_out(tmp_path):
    path = vectors.write(tmp_path / "a.shp", [({"名称": "x" + "町" * 3}, box())], encoding="CP932")
    raw = (
        (tmp_path / "a.dbf")
        .read_bytes()
        .replace("x町町町".encode("cp932"), b"xy" + "町町".encode("cp932") + b"\x92")
    )
    (tmp_path / "a.dbf").write_bytes(raw)
    assert names(vector.read_features(path)) == ["xy町町"]


def test_without_prj_degrees_are_taken_as_jgd2011_and_said(tmp_path):
    path = vectors.write(tmp_path / "a.shp", ROWS)
    (tmp_path / "a.prj").unlink()
    file = vector.read_features(path)
    assert (file.crs, file.assumptions) == ("", ("no_prj_jgd",))


def test_without_prj_metres_are_refused_until_somebody_says_the_zone(tmp_path):
    plane = shapely.transform(box(), lambda pairs: crs.to_plane_m(pairs, ZONE))
    path = vectors.write(tmp_path / "a.shp", [({"名称": "東"}, plane)], epsg=6674)
    (tmp_path / "a.prj").unlink()
    assert reason(path) == "no_prj_metres"
    file = districts.read(path, ZONE, crs="EPSG:6674")
    assert shapely.hausdorff_distance(file.rows[0].geometry, box()) < 1e-9


@pytest.mark.parametrize(
    ("epsg", "assumptions"),
    [
        (6674, ()),
        (2448, ("jgd2000_as_is",)),
        (3857, ()),
        (4612, ("jgd2000_as_is",)),
        (30166, ("tokyo_datum=9", "jgd2000_as_is")),
        (4301, ("tokyo_datum=9", "jgd2000_as_is")),
    ],
)
def test_planes_and_datums_come_to_lon_lat(tmp_path, epsg, assumptions):
    way = TransformerGroup(4612, epsg, always_xy=True, allow_ballpark=False).transformers[0]
    if epsg == 3857:
        way = TransformerGroup(4326, epsg, always_xy=True).transformers[0]
    there = shapely.transform(box(), lambda p: np.column_stack(way.transform(p[:, 0], p[:, 1])))
    path = vectors.write(tmp_path / "a.shp", [({"名称": "東"}, there)], epsg=epsg)
    file = districts.read(path, ZONE)
    assert (file.crs, file.assumptions) == (f"EPSG:{epsg}", assumptions)
    assert shapely.hausdorff_distance(file.rows[0].geometry, box()) < 1e-7


def test_a_geojson_in_the_old_tokyo_datum_is_converted_too(tmp_path):
    path = tmp_path / "a.geojson"
    feature = {
        "type": "Feature",
        "properties": {"name": "東"},
        "geometry": shapely.geometry.mapping(box()),
    }
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4301"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": member, "features": [feature]}))
    west, south, *_ = districts.read(path, ZONE).rows[0].geometry.bounds
    assert metres_between(np.array([[west, south]]), np.array([[136.0, 35.0]]))[0] == pytest.approx(
        430, abs=30
    )


def test_another_system_is_refused(tmp_path):
    assert reason(vectors.write(tmp_path / "a.shp", ROWS, epsg=27700)) == "crs_not_supported"
    assert reason(vectors.write(tmp_path / "b.shp", ROWS), crs="EPSG:27700") == "crs_not_supported"


@pytest.mark.parametrize("harm", ["missing", "short", "zeros"])
def test_an_index_that_is_missing_or_broken_is_made_anew(tmp_path, harm):
    path = vectors.write(tmp_path / "a.shp", ROWS)
    shx = tmp_path / "a.shx"
    if harm == "missing":
        shx.unlink()
    else:
        shx.write_bytes(shx.read_bytes()[:104] if harm == "short" else b"\0" * 116)
    file = vector.read_features(path)
    assert (names(file), file.assumptions) == (["東地区", "髙﨑①"], ("shx_rebuilt",))
    assert shx.exists() is (harm != "missing")  # the delivery itself is left as it was


def test_without_dbf_there_are_shapes_without_names(tmp_path):
    path = vectors.write(tmp_path / "a.shp", ROWS)
    (tmp_path / "a.dbf").unlink()
    file = districts.read(path, ZONE)
    assert ([row.name for row in file.rows], file.assumptions) == ([None, None], ("no_dbf",))


def test_rings_that_cross_and_collections_are_treated_as_in_geojson(tmp_path):
    bow = shapely.Polygon([(136, 35), (136.01, 35.01), (136.01, 35), (136, 35.01), (136, 35)])
    mixed = shapely.GeometryCollection([box(136.1), shapely.Point(136, 35)])
    path = vectors.write(tmp_path / "a.gpkg", [({"name": "蝶"}, bow), ({"name": "混"}, mixed)])
    first, second = districts.read(path, ZONE).rows
    assert first.geometry.is_valid
    assert first.notes[0].startswith("made_valid=")
    assert second.notes == ("parts_dropped=1",)


def test_schools_and_districts_in_one_archive_give_the_districts(tmp_path):
    areas = vectors.write(tmp_path / "A27P-10_18.shp", ROWS)
    points = vectors.write(tmp_path / "B_18.shp", [({"名称": "東小"}, shapely.Point(136, 35))])
    path = vectors.zipped(tmp_path / "all.zip", areas, points)
    assert names(vector.read_features(path)) == ["東地区", "髙﨑①"]
    assert names(vector.read_features(path, layer="B_18")) == ["東小"]


def test_several_layers_are_asked_about(tmp_path):
    one, two = (vectors.write(tmp_path / name, ROWS) for name in ("a.shp", "b.shp"))
    path = vectors.zipped(tmp_path / "all.zip", one, two)
    with pytest.raises(Unreadable) as error:
        vector.read_features(path)
    assert error.value.facts == {"reason": "several_layers", "layers": ["a", "b"]}
    package = vectors.write(tmp_path / "c.gpkg", ROWS, layer="a")
    vectors.write(package, ROWS[:1], layer="b")
    assert reason(package) == "several_layers"
    assert names(vector.read_features(package, layer="b")) == ["東地区"]
    assert reason(package, layer="z") == "no_layer"


def test_a_geojson_in_an_archive_is_read(tmp_path, real):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as pack:
        pack.write(real / "sabae/school_district/A32-16_18207.geojson", "A32-16_18207.geojson")
    assert len(districts.read(path, ZONE).rows) == 3


def test_the_original_of_a_shapefile_is_all_its_files_and_always_the_same(tmp_path):
    path = vectors.write(tmp_path / "a.shp", ROWS)
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    first = vector.packed(path, tmp_path / "1")
    os.utime(path, (0, 0))
    assert vector.packed(path, tmp_path / "2").read_bytes() == first.read_bytes()
    assert names(vector.read_features(first)) == ["東地区", "髙﨑①"]
    assert vector.packed(first, tmp_path / "2") == first


VRT = "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.shp", VRT.encode(), "not_a_shapefile"),
        ("a.geojson", VRT.encode(), "not_geojson"),
        ("a.gpkg", VRT.encode(), "not_a_geopackage"),
        ("a.zip", VRT.encode(), "not_a_zip"),
        ("a.shp", b"\0" * 200, "not_a_shapefile"),
        ("a.shp", b"\x00\x00\x27\x0a", "truncated"),
        ("a.shp", b"\x00\x00\x27\x0a" + b"\xff" * 96, "not_a_shapefile"),
        ("a.dbf", b"\x03" + b"\0" * 64, "give_the_shp"),
        ("a.geojson", b'{"a": "\0"}', "not_text"),
        ("a.gpkg", b"SQLite format 3\0" + b"\0" * 500, "not_a_geopackage"),
        ("a.gpkg", b"SQLite format 3\0" + os.urandom(5000), "not_a_geopackage"),
        ("a.zip", b"PK\x03\x04" + b"\0" * 100, "not_a_zip"),
        ("a.shp", b"", "empty"),
    ],
)
def test_what_is_not_what_it_is_called_is_refused(tmp_path, name, content, expected):
    path = tmp_path / name
    path.write_bytes(content)
    assert reason(path) == expected


def test_a_truncated_shapefile_is_refused(tmp_path):
    path = vectors.write(tmp_path / "a.shp", ROWS)
    path.write_bytes(path.read_bytes()[:-20])
    assert reason(path) == "truncated"


def test_a_header_that_promises_more_than_there_is_is_refused(tmp_path):
    path = vectors.write(tmp_path / "a.shp", ROWS)
    vectors.says_longer(path)
    assert reason(path) == "truncated"


@pytest.mark.parametrize("harm", ["short", "records", "width", "fields"])
def test_a_table_of_the_wrong_length_is_refused(tmp_path, harm):
    path = vectors.write(tmp_path / "a.shp", ROWS)
    raw = bytearray((tmp_path / "a.dbf").read_bytes())
    if harm == "short":
        raw = raw[:-30]
    elif harm == "records":
        raw[4:8] = b"\xff\xff\xff\x7f"
    elif harm == "width":
        raw[10:12] = b"\xff\xff"
    else:
        raw[48] = 255
    (tmp_path / "a.dbf").write_bytes(raw)
    assert reason(path) == "dbf_broken"


def test_shapes_of_nonsense_are_refused_one_by_one_or_whole(tmp_path):
    """Numbers of points and parts that point out of the file."""
    path = vectors.write(tmp_path / "a.shp", ROWS)
    raw = bytearray(path.read_bytes())
    raw[144:148] = b"\xff\xff\xff\x7f"
    raw[148:152] = b"\xff\xff\xff\x7f"
    path.write_bytes(raw)
    file = districts.read(path, ZONE)
    assert [row.name for row in file.rows] == ["髙﨑①"]
    assert [row.reason for row in file.refused] == ["no_geometry"]


@pytest.mark.parametrize(
    "name", ["../../evil.shp", "/etc/evil.shp", "..\\evil.shp", "C:\\evil.shp", "a/../../b.shp"]
)
def test_a_member_that_climbs_out_is_refused(tmp_path, name):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr(name, b"x")
    assert reason(path) == "zip_slip"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip"]


def test_a_small_archive_that_unpacks_to_a_thousandfold_is_refused(tmp_path):
    path = vectors.bomb(tmp_path / "a.zip", 100)
    assert path.stat().st_size < 200_000
    assert reason(path) == "zip_bomb"


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path):
    path = vectors.bomb(tmp_path / "a.zip", 10)
    raw = path.read_bytes().replace(
        (10_000_000).to_bytes(4, "little"), (5000).to_bytes(4, "little")
    )
    path.write_bytes(raw)
    assert reason(path) == "zip_broken"


def test_archives_in_archives_and_empty_ones_are_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("inner.zip", b"x")
    assert reason(path) == "nested_zip"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("readme.txt", b"x")
    assert reason(path) == "no_layer"


def test_two_gigabytes_of_nothing_are_refused_without_reading_them(tmp_path):
    for name in ("a.shp", "a.geojson", "a.zip", "a.gpkg"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(2_000_000_000)
        assert reason(tmp_path / name) == "too_large"
    path = vectors.write(tmp_path / "b.shp", ROWS)
    with (tmp_path / "b.dbf").open("r+b") as file:
        file.truncate(2_000_000_000)
    assert reason(path) == "too_large"


def test_a_folder_and_a_device_are_no_files(tmp_path):
    assert reason(tmp_path) == "cannot_open"
    (tmp_path / "a.shp").symlink_to("/dev/zero")
    assert reason(tmp_path / "a.shp") == "cannot_open"


def test_triggers_sleep_and_views_are_left_alone(tmp_path):
    path = vectors.write(tmp_path / "a.gpkg", ROWS)
    vectors.add_trap(path)
    before = path.read_bytes()
    file = vector.read_features(path)
    assert (names(file), file.assumptions) == (["東地区", "髙﨑①"], ("views_ignored",))
    assert reason(path, layer="seen") == "layer_is_a_view"
    assert path.read_bytes() == before


def test_a_reader_that_takes_too_much_memory_is_ended(tmp_path, monkeypatch):
    path = vectors.write(tmp_path / "a.shp", ROWS)
    monkeypatch.setattr(apart, "LIMITS", Limits(memory_mb=150))
    assert reason(path) == "too_much_memory"


def test_a_reader_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    path = vectors.write(tmp_path / "a.shp", ROWS)
    monkeypatch.setattr(apart, "LIMITS", Limits(wall_s=0))
    assert reason(path) == "too_slow"


def test_a_reading_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    vector.read_features(vectors.write(tmp_path / "a.shp", ROWS))
    shutil.copy(tmp_path / "a.shp", tmp_path / "b.shp")
    assert list((tmp_path / "t").iterdir()) == []


TOWN = {"KEY_CODE": "99001000100", "PREF": "99", "CITY": "001", "S_AREA": "000100"}


def town(name="松葉一丁目", **fields):
    return {**TOWN, "S_NAME": name, "HCODE": "8101", **fields}


def test_towns_of_the_census_with_their_codes_and_without_their_water(tmp_path):
    rows = [
        (town(), box()),
        (town(), box(136.05)),  # 飛び地 under the same KEY_CODE
        (town("水面", KEY_CODE="99001900100", HCODE="8154"), box(136.1)),
        (town("よその町", KEY_CODE="99002000100"), box(136.2)),
        (town(None, KEY_CODE="99001000300"), box(136.3)),
    ]
    file = districts.read(vectors.write(tmp_path / "r2ka99001.shp", rows), ZONE)
    assert (file.layer, file.edition, file.publisher) == ("estat", "2020", "総務省統計局")
    assert [(row.municipality, row.code, row.name, row.notes) for row in file.rows] == [
        ("99001", "99001000100", "松葉一丁目", ("merged=2",)),
        ("99001", "99002000100", "よその町", ("key_code_differs=99002000100",)),
        ("99001", "99001000300", None, ("no_name",)),
    ]
    assert [(one.reason, one.detail) for one in file.refused] == [("water_area", "水面")]


def test_a_key_code_that_lost_its_zero_in_hokkaido_gets_it_back(tmp_path):
    rows = [
        (
            {"KEY_CODE": 1202000100, "PREF": 1, "CITY": 202, "S_NAME": "元町", "HCODE": 8101},
            box(140.7, 41.7),
        )
    ]
    file = districts.read(vectors.write(tmp_path / "a.gpkg", rows), 11)
    assert [(row.municipality, row.code) for row in file.rows] == [("01202", "01202000100")]
    assert file.assumptions == ("code_zero_restored",)


@pytest.mark.parametrize("name", ["", "a\0b.geojson"])
def test_a_member_without_a_name_or_with_a_zero_in_it_breaks_the_archive(tmp_path, name):
    path = tmp_path / "a.zip"
    path.write_bytes(archives.packed({name: archives.GOOD}))
    with pytest.raises(Unreadable) as refused:
        vector.read_features(path)
    assert refused.value.facts["reason"] in ("not_a_zip", "no_layer")


def test_an_archive_whose_content_was_turned_over_is_mostly_refused_and_else_read(tmp_path):
    refused = read = 0
    whole = archives.packed({"a.geojson": archives.GOOD * 20, "松.txt": b"x"})
    for at in range(0, len(whole), 3):
        path = tmp_path / "a.zip"
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            vector.read_features(path)
            read += 1  # a byte of a date, of what nobody looks at
        except Unreadable:
            refused += 1
    assert refused > read


def test_a_table_that_says_it_has_a_million_rows_is_not_counted(tmp_path):
    path = tmp_path / "a.zip"
    content = shapes.dbf(records=30_000_000, width=1, size=0, cells=b" " * 30_000_000)
    path.write_bytes(shapes.zipped(shapes.shp(), content))
    with pytest.raises(Unreadable) as refused:
        vector.read_features(path)
    assert refused.value.facts["reason"] == "too_many_features"

"""碁盤町: the committed files are what the town writes, and its numbers can be counted."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from shapely import Point

from geo import crs
from geo.sources import districts, model_town, resource_tables
from geo.sources.areas import area_m2

DATA = Path(__file__).parents[3] / "data"
BLOCK_M2 = 80 * 80


def areas(name: str) -> dict[str, districts.DistrictRow]:
    file = districts.read(DATA / "boundaries" / "99001" / name, model_town.ZONE)
    assert (file.refused, file.assumptions, file.crs) == ((), (), "EPSG:6668")
    return {str(row.name): row for row in file.rows}


def list_of_resources() -> resource_tables.ResourceFile:
    return resource_tables.read(DATA / "model_town" / "99001_resources.csv")


def test_the_committed_files_are_what_the_town_writes_today(tmp_path):
    written = model_town.write(tmp_path)
    assert len(written) == 11
    for fresh in written:
        assert fresh.read_bytes() == (DATA / fresh.relative_to(tmp_path)).read_bytes(), fresh.name


def test_thirty_blocks_are_2_400_metres_in_the_plane():
    corners = np.array([model_town.corner_lonlat(10, 5), model_town.corner_lonlat(20, 25)])
    east, north = np.diff(crs.to_plane_m(corners, model_town.ZONE), axis=0)[0]
    assert (east + north) == pytest.approx(2400, abs=0.001)


def test_the_south_west_corner_is_in_the_open_sea():
    assert model_town.corner_lonlat(0, 0) == (136.0, 32.501856104)


def test_two_junior_high_districts_halve_the_town():
    found = areas("A32-21_99001.geojson")
    assert {name: row.code for name, row in found.items()} == {
        "西中学校": "C199200100011",
        "東中学校": "C199200100020",
    }
    for row in found.values():
        assert row.municipality == "99001"
        assert area_m2(row.geometry, 6) == pytest.approx(20 * 40 * BLOCK_M2, abs=1)


def test_four_elementary_districts_quarter_the_town():
    found = areas("A27-16_99001.geojson")
    assert set(found) == {"松葉小学校", "緑丘小学校", "汐見小学校", "浜風小学校"}
    for row in found.values():
        assert area_m2(row.geometry, 6) == pytest.approx(20 * 20 * BLOCK_M2, abs=1)


def test_a_corner_on_the_border_is_exactly_on_both_districts():
    found = areas("A32-21_99001.geojson")
    for y in range(41):
        corner = Point(model_town.corner_lonlat(20, y))
        assert found["西中学校"].geometry.touches(corner)
        assert found["東中学校"].geometry.touches(corner)


def test_on_every_border_the_lowest_code_is_the_district_the_town_says():
    found = areas("A27-16_99001.geojson").values()

    def lowest(x: int, y: int) -> str:
        corner = Point(model_town.corner_lonlat(x, y))
        return min(str(row.code) for row in found if row.geometry.intersects(corner))

    assert [lowest(20, 30), lowest(20, 10)] == ["松葉小学校", "汐見小学校"]
    assert [lowest(10, 20), lowest(30, 20)] == ["松葉小学校", "浜風小学校"]


def test_the_boundary_is_the_whole_town():
    [town] = areas("N03-20240101_99001.geojson").values()
    assert (town.code, town.name) == ("99001", "碁盤町")
    assert area_m2(town.geometry, 6) == pytest.approx(40 * 40 * BLOCK_M2, abs=1)


def test_one_living_area_crosses_the_line_between_the_schools():
    living = areas("living_area_99001.geojson")
    east = areas("A32-21_99001.geojson")["東中学校"].geometry
    assert {row.code for row in living.values()} == {"1", "2"}
    crossing = living["山の手圏域"].geometry.intersection(east)
    assert area_m2(crossing, 6) == pytest.approx(4 * 40 * BLOCK_M2, abs=1)
    assert living["浜の手圏域"].geometry.difference(east).area == pytest.approx(0, abs=1e-12)


def test_the_files_do_not_name_the_ministry_as_publisher():
    file = districts.read(DATA / "boundaries" / "99001" / "A32-21_99001.geojson", 6)
    assert (file.publisher, file.licence) == ("Engawa（架空の町）", "CC0 1.0")
    assert (file.layer, file.edition) == ("a32", "2021")


def test_the_list_is_as_an_office_saves_it():
    written = (DATA / "model_town" / "99001_resources.csv").read_bytes()
    assert written.count(b"\r\n") == written.count(b"\n") == 26
    assert written.startswith("全国地方公共団体コード,ID,".encode("cp932"))


def test_all_25_resources_are_read_back_without_a_note():
    file = list_of_resources()
    assert (file.form, file.encoding, file.key_column) == ("public_facility", "cp932", "ID")
    assert (len(file.rows), file.refused) == (25, ())
    assert {row.notes for row in file.rows} == {()}
    assert {row.municipality for row in file.rows} == {"99001"}


def test_the_resources_stand_at_the_corners_the_town_says():
    for row, resource in zip(list_of_resources().rows, model_town.RESOURCES, strict=True):
        assert (row.name, row.category) == (resource.name, resource.kind)
        assert (row.lon, row.lat) == model_town.corner_lonlat(resource.x, resource.y)


def test_the_town_has_twelve_kinds():
    assert Counter(row.category for row in list_of_resources().rows) == {
        "サロン": 4,
        "通いの場（体操）": 4,
        "認知症カフェ": 1,
        "食料品店": 2,
        "移動販売": 2,
        "買い物バス": 1,
        "診療所": 2,
        "薬局": 2,
        "配食": 1,
        "地域包括支援センター": 1,
        "公民館": 2,
        "ひと休みイス": 3,
    }


def test_six_resources_are_on_the_border_of_the_schools():
    assert sum(resource.x == 20 for resource in model_town.RESOURCES) == 6


def test_the_list_has_the_troubles_of_a_real_one():
    rows = list_of_resources().rows
    assert [row.name for row in rows if "町内" in row.eligibility] == ["茶話会 まつば"]
    assert [row.name for row in rows if not row.address] == ["ひと休みイス 緑丘の坂の上"]
    assert [row.name for row in rows if row.confirmed_on_text < "2025"] == ["浜風なかよしサロン"]
    assert "第2・第4火曜" in {row.days for row in rows}
    assert "不定期" in {row.days for row in rows}
    assert "冬季休止（12月～3月）" in {row.days_note for row in rows}


def test_no_telephone_number_is_anybodys():
    assert {row.phone[:8] for row in list_of_resources().rows} == {"", "0000-00-"}


def test_every_address_lies_in_the_quarter_it_names():
    quarters = areas("A27-16_99001.geojson")
    for row in list_of_resources().rows:
        for quarter in ("松葉", "緑丘", "汐見", "浜風"):
            if f"碁盤町{quarter}" in row.address:
                area = quarters[f"{quarter}小学校"].geometry
                assert area.intersects(Point(row.lon, row.lat)), row.name

"""みほん市: its numbers are the ones of the practice notes, and its files open with everyday tools."""

import csv
import io
import itertools
import json
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely

from geo.kinds import defaults, find_code
from geo.openings import parse_openings
from geo.sources import districts, mihon, resource_tables
from geo.sources.areas import area_m2
from geo.sources.mihon.area_tables import area_files
from geo.sources.mihon.land import make_land

BORDER_SHOP = "スーパーいそべ 浜辺町店"


@pytest.fixture(scope="session")
def lists(city) -> dict[str, resource_tables.ResourceFile]:
    return {path.stem: resource_tables.read(path) for path in (city / "resources").glob("*.csv")}


def areas(city: Path, name: str) -> dict[str, districts.DistrictRow]:
    file = districts.read(city / "boundaries" / name, mihon.ZONE)
    assert (file.refused, file.assumptions, file.crs) == ((), (), "EPSG:6668")
    return {str(row.name): row for row in file.rows}


def rows_of(path: Path, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding))))


def test_its_land_and_its_tables_are_drawn_the_same_each_time(city):
    """The whole of it: in the long suite."""
    assert make_land() == make_land()
    for name, content in area_files().items():
        assert (city / "areas" / name).read_bytes() == content, name


@pytest.mark.soak
def test_two_writes_are_the_same_to_the_byte(city, tmp_path):
    again = mihon.write(tmp_path)
    assert len(again) == 38
    for path in again:
        first = city / path.relative_to(tmp_path)
        assert path.read_bytes() == first.read_bytes(), path.name


# --- land and areas


def test_the_city_measures_about_120_square_kilometres_and_lies_over_open_sea(city):
    whole = areas(city, "N03-20260101_99002.geojson")["みほん市"]
    assert area_m2(whole.geometry, mihon.ZONE) / 1e6 == pytest.approx(120, abs=2)
    west, south, east, north = whole.geometry.bounds
    assert (west, south) > (137.0, 31.5)
    assert (east, north) < (137.25, 31.7)
    assert whole.notes == ("merged=2",)  # the islet is a feature of its own


def test_school_districts_fill_the_city(city):
    whole = areas(city, "N03-20260101_99002.geojson")["みほん市"].geometry
    mainland = max(shapely.get_parts(whole), key=lambda part: part.area)
    for name, count in (("A27-21", 12), ("A32-21", 5)):
        found = areas(city, f"{name}_99002.geojson")
        assert len(found) == count
        shapes = [row.geometry for row in found.values()]
        assert shapely.coverage_is_valid(shapes)
        assert shapely.union_all(shapes).symmetric_difference(mainland).area < 1e-9
        assert {row.municipality for row in found.values()} == {"99002"}


@pytest.mark.parametrize("name", ["A27-21_99002", "A32-21_99002"])
def test_shapefiles_are_cp932_in_jgd2011_with_the_fields_of_2021(city, name):
    packed = city / "boundaries" / f"{name}_SHP.zip"
    with zipfile.ZipFile(packed) as archive:
        assert f"{name}.prj" in archive.namelist()
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 10, 1, 0, 0, 0)}
    meta, _, shapes, values = pyogrio.raw.read(f"/vsizip/{packed}/{name}.shp", encoding="cp932")
    assert meta["crs"] == "EPSG:6668"
    assert list(meta["fields"]) == [f"{name[:3]}_00{n}" for n in range(1, 6)]
    assert all(text.endswith("学校") for text in values[3])
    assert len(shapes) == len(areas(city, f"{name}.geojson"))


def test_small_areas_carry_the_fields_of_e_stat(city):
    packed = city / "boundaries" / "A002005212020DDSWC99002.zip"
    meta, _, shapes, values = pyogrio.raw.read(f"/vsizip/{packed}/r2ka99002.shp")
    at = {field: number for number, field in enumerate(meta["fields"])}
    assert {"KEY_CODE", "PREF_NAME", "CITY_NAME", "S_NAME", "AREA", "JINKO", "SETAI"} <= set(at)
    assert len(shapes) == 92
    assert len(set(values[at["KEY_CODE"]])) == 92
    assert (values[at["JINKO"]].sum(), values[at["SETAI"]].sum()) == (62_100, 24_100)


def test_schools_stand_in_their_own_district(city):
    text = (city / "boundaries" / "P29-21_99002.geojson").read_text("utf-8")
    schools = json.loads(text)["features"]
    found = areas(city, "A27-21_99002.geojson") | areas(city, "A32-21_99002.geojson")
    assert len(schools) == 17
    for school in schools:
        district = found[school["properties"]["P29_004"]]
        assert district.geometry.contains(shapely.geometry.shape(school["geometry"]))
        assert district.code == school["properties"]["P29_002"]
        assert district.address == school["properties"]["P29_005"]


def test_a_layer_of_areas_has_no_names(city):
    file = districts.read(city / "boundaries" / "chiku_without_names.geojson", mihon.ZONE)
    assert [row.name for row in file.rows] == [None] * 11


def test_living_areas_equal_join_and_cross_school_districts(city):
    of_town = dict(csv.reader(io.StringIO((city / "areas/areas_living.csv").read_text("cp932"))))
    schools = rows_of(city / "areas" / "areas_school.csv", "cp932")
    junior: dict[str, set[str]] = {}
    for row in schools:
        junior.setdefault(of_town[row["町名"]], set()).add(row["中学校"])
    assert junior == {
        "中央圏域": {"第一中学校"},
        "南圏域": {"南中学校"},
        "北部圏域": {"北中学校", "奥沢中学校"},
        "東部圏域": {"東中学校", "北中学校"},
    }
    assert {row["中学校"] for row in schools if row["備考"]} == {"奥沢中学校"}


def test_the_centres_table_has_merged_cells_and_one_town_in_two(city):
    sheet = openpyxl.load_workbook(city / "areas" / "areas_center.xlsx").active
    assert sheet.merged_cells.ranges
    held = [row[2] for row in sheet.iter_rows(min_row=4, values_only=True) if row[2]]
    assert len(held) == 93
    assert [name for name in held if name.startswith("宮前町")] == [
        "宮前町（国道599号より北）",
        "宮前町（国道599号より南）",
    ]
    centres = [row[0] for row in sheet.iter_rows(min_row=4, values_only=True) if row[2] and row[0]]
    assert len(centres) == 3


# --- resources


def test_lists_are_read_whole_each_in_its_own_form(lists):
    forms = {name: (file.form, file.encoding) for name, file in lists.items()}
    assert forms["990027_kayoinoba"] == ("public_facility", "cp932")
    assert forms["990027_care_service"] == ("care_service", "utf-8-sig")
    assert forms["990027_hospital"] == ("medical", "utf-16")
    assert forms["990027_event"] == ("event", "utf-8-sig")
    assert forms["kenko_oen"] == ("rdf", "utf-8-sig")
    assert {file.refused for file in lists.values()} == {()}
    assert {note for file in lists.values() for row in file.rows for note in row.notes} == set()


def support_rows(city: Path) -> list[tuple[str | None, ...]]:
    """Rows of the Excel list, the merged 種別 written into each."""
    sheet = openpyxl.load_workbook(city / "resources" / "seikatsu_shien.xlsx").active
    rows = [list(row) for row in sheet.iter_rows(min_row=5, values_only=True) if row[1]]
    for before, row in itertools.pairwise(rows):
        row[0] = row[0] or before[0]
    return [tuple(row) for row in rows]


def benches(city: Path) -> list[dict]:
    text = (city / "resources" / "hitoyasumi_isu.geojson").read_text("utf-8")
    return json.loads(text)["features"]


def test_there_are_some_700_resources_of_every_kind(city, lists):
    words = [row.category for file in lists.values() for row in file.rows]
    words += [row[0] for row in support_rows(city)]
    words += [bench["properties"]["種別"] for bench in benches(city)]
    assert {word for word in words if find_code(word) is None} == set()
    found = Counter(find_code(word) for word in words)
    assert set(found) == {kind.code for kind in defaults()}
    assert sum(found.values()) == 737
    assert found["exercise_group"] + found["salon"] == 75
    assert (found["bench"], found["mobile_shop"], found["home_care"]) == (21, 23, 14)
    assert (found["meal_delivery"], found["ride_together"]) == (4, 1)


def test_gatherings_pause_are_full_and_stopped_as_told(lists):
    rows = lists["990027_kayoinoba"].rows
    assert len(rows) == 75
    assert sum(row.months == "4月～11月" for row in rows) == 12
    assert sum(row.eligibility == "町内の人だけ" for row in rows) == 9
    assert sum("定員いっぱい" in row.note for row in rows) == 4
    assert sum("休止中" in row.note for row in rows) == 3


def test_what_is_full_closed_or_overdue_is_said(city, lists):
    care = lists["990027_care_service"].rows
    closed = [row for row in care if find_code(row.category) == "home_care" and row.note]
    assert len(closed) == 3
    vans = lists["ido_hanbai_kaimono_bus"].rows
    assert Counter(row.shown for row in vans if row.category == "移動販売") == {
        "公開": 14,
        "非公開": 5,
        "近くの目印まで": 4,
    }
    bus = [row for row in vans if row.category == "買い物バス"]
    assert {(row.days, row.capacity) for row in bus} == {("第2・第4月曜", 8)}
    assert sum(one["properties"]["次の点検"] < "2026-10" for one in benches(city)) == 4
    homes = [row for row in care if row.category == "介護老人福祉施設" and row.capacity == 100]
    assert len(homes) == 1


def test_openings_can_be_read(city, lists):
    cells = [
        (row.days, row.opens, row.closes, row.days_note, row.months)
        for file in lists.values()
        for row in file.rows
    ]
    cells += [tuple(cell or "" for cell in row[6:10]) for row in support_rows(city)]
    said = [found for found in (parse_openings(*cell) for cell in cells) if found]
    understood = [found for found in said if not any(opening.irregular for opening in found)]
    assert len(said) > 650
    assert len(understood) / len(said) >= 0.95


def test_every_place_is_on_land_in_the_city_but_the_shop_over_the_border(city, lists):
    whole = areas(city, "N03-20260101_99002.geojson")["みほん市"].geometry
    rows = [row for file in lists.values() for row in file.rows]
    points = shapely.points(np.array([(row.lon, row.lat) for row in rows]))
    inside = shapely.within(points, whole)
    assert [row.name for row, is_in in zip(rows, inside, strict=True) if not is_in] == [BORDER_SHOP]
    seats = [shapely.geometry.shape(bench["geometry"]) for bench in benches(city)]
    assert all(whole.contains(seat) for seat in seats)


def test_telephone_numbers_are_assigned_to_nobody(lists):
    phones = [row.phone for file in lists.values() for row in file.rows if row.phone]
    assert all(phone.startswith("0000-") for phone in phones)
    assert len(set(phones)) == len(phones)


def test_lists_are_old_and_new_as_lists_are(lists):
    dates = [row.confirmed_on_text for file in lists.values() for row in file.rows]
    said = [date for date in dates if date]
    assert len(said) < len(dates)
    assert sum(date < "2025-09" for date in said) > 20  # older than 13 months
    assert sum("2025-09" <= date < "2026-04" for date in said) > 50  # not confirmed this 年度

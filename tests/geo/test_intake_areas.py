"""区域の取り込み: areas from tables of towns, by grouping, from Shapefiles; names from schools.

碁盤町 gets eight towns of 10 × 20 blocks (0.8 × 1.6 km = 1.28 km²) in two rows of four:

    y=40 +------+------+------+------+
         | 松葉 | 松葉 | 緑丘 | 緑丘 |     each town is half of a 小学校区
         | 1丁目| 2丁目| 1丁目| 2丁目|
    y=20 +------+------+------+------+
         | 汐見 | 汐見 | 浜風 | 浜風 |
         | 1丁目| 2丁目| 1丁目| 2丁目|
    y=0  +------+------+------+------+
        x=0     10     20     30    40
"""

import openpyxl
import pytest
import shapely
from sqlalchemy import text

from geo import intake
from geo.errors import Invalid, Unreadable
from geo.intake import Delivery
from geo.records import districts, groupings
from geo.scope import house
from geo.sources import districts as district_files
from geo.sources.areas import area_m2
from geo.sources.model_town import ZONE, corner_lonlat
from geo.words import town_key
from tests.conftest import FOREIGN, TOWN
from tests.geo.sources import vectors

SCOPE = house(TOWN)
NAMES = ("松葉", "緑丘", "汐見", "浜風")
TOWN_M2 = 10 * 20 * 80.0**2


def rectangle(west, south, east, north):
    """Blocks, with every corner in between, so that neighbours share their border."""
    ring = [(x, south) for x in range(west, east)] + [(east, y) for y in range(south, north)]
    ring += [(x, north) for x in range(east, west, -1)] + [
        (west, y) for y in range(north, south, -1)
    ]
    return shapely.Polygon([corner_lonlat(x, y) for x, y in ring])


def census_towns():
    """The eight towns as e-Stat has them, and a piece of water."""
    rows = []
    for number, name in enumerate(NAMES):
        west, south = (number % 2) * 20, 20 - number // 2 * 20
        for block, numeral in enumerate("一二"):
            fields = {
                "KEY_CODE": f"99001{number + 1:03d}{block + 1:03d}",
                "PREF": "99",
                "CITY": "001",
                "S_NAME": f"{name}{numeral}丁目",
                "HCODE": "8101",
            }
            left = west + block * 10
            rows.append((fields, rectangle(left, south, left + 10, south + 20)))
    water = dict(rows[0][0], KEY_CODE="99001900", S_NAME="水面", HCODE="8154")
    return [*rows, (water, rectangle(40, 0, 41, 1))]


@pytest.fixture
def deliver(tmp_path):
    def make(words, name="table.csv"):
        path = tmp_path / name
        path.write_text(words, encoding="utf-8")
        return Delivery(path, tmp_path / "originals")

    return make


@pytest.fixture
def towns(db, tmp_path):
    """The eight towns, imported from a Shapefile."""
    path = vectors.write(tmp_path / "r2ka99001.shp", census_towns())
    return intake.run_districts(db, SCOPE, Delivery(path, tmp_path / "originals"), "town")


def counts(run):
    return (run.rows, run.added, run.changed, run.unchanged, run.missing, run.refused)


def said(run, reason):
    return [
        (line["name"], line["detail"]) for line in run.report["rows"] if line["reason"] == reason
    ]


def outlines(db, level):
    """Name → outline as kept (pages get them rounded)."""
    kept = districts.load_wkb(db, SCOPE, level)
    rows = districts.list_at_level(db, SCOPE, level)
    return {row.name: shapely.from_wkb(kept[row.id]) for row in rows}


def everything(db):
    return db.scalar(
        text("""
            select jsonb_build_object(
                'district', (select jsonb_agg(to_jsonb(t) order by id) from district t),
                'town', (select jsonb_agg(to_jsonb(t) order by district, town) from district_town t),
                'school', (select jsonb_agg(to_jsonb(t) order by id) from school t),
                'version', (select jsonb_agg(to_jsonb(t) order by municipality, noun) from version t))
        """)
    )


TABLE = """町名,包括,備考
松葉一丁目,ひがし包括,
松葉２丁目,ひがし包括,
汐見一丁目,ひがし包括,踏切の北
緑丘,にし包括,
浜風1丁目、浜風2丁目,にし包括,
汐見一丁目,にし包括,踏切の南
"""


def test_eight_towns_come_from_a_shapefile_without_the_water(db, towns):
    assert counts(towns) == (9, 8, 0, 0, 0, 1)
    assert said(towns, "water_area") == [("水面", "")]
    assert towns.report["source"]["layer"] == "estat"


def test_a_table_of_towns_makes_areas_with_the_outline_of_their_towns(db, towns, deliver):
    run = intake.run_area_table(db, SCOPE, deliver(TABLE), "center_area")
    assert counts(run) == (2, 2, 0, 0, 0, 0)
    made = outlines(db, "center_area")
    east, west = made["ひがし包括"], made["にし包括"]
    assert area_m2(east, ZONE) == pytest.approx(3 * TOWN_M2, rel=1e-6)
    assert area_m2(west, ZONE) == pytest.approx(5 * TOWN_M2, rel=1e-6)
    assert area_m2(east.intersection(west), ZONE) == pytest.approx(TOWN_M2, rel=1e-6)
    rows = districts.list_at_level(db, SCOPE, "center_area")
    assert {(row.name, row.made_of, len(row.parts)) for row in rows} == {
        ("ひがし包括", "towns", 3),
        ("にし包括", "towns", 5),
    }


def test_a_split_town_has_two_candidates_with_what_is_said_of_each(db, towns, deliver):
    run = intake.run_area_table(db, SCOPE, deliver(TABLE), "center_area")
    both = "ひがし包括、にし包括"
    assert said(run, "split_town") == [("汐見一丁目", both), ("汐見一丁目", both)]
    found = districts.list_of_towns(db, SCOPE, "center_area", [town_key("汐見１丁目")])
    assert {(one.district.name, one.note) for one in found} == {
        ("ひがし包括", "踏切の北"),
        ("にし包括", "踏切の南"),
    }
    (only,) = districts.list_of_towns(db, SCOPE, "center_area", [town_key("松葉二丁目")])
    assert (only.district.name, only.note) == ("ひがし包括", "")
    assert districts.list_of_towns(db, house(FOREIGN), "center_area", [only.town]) == []


def test_towns_that_are_unknown_or_left_over_are_said(db, towns, deliver):
    run = intake.run_area_table(
        db, SCOPE, deliver("町名,圏域\n松葉1丁目,東\n松場2丁目,東\n緑丘,東\n"), "second_layer"
    )
    assert said(run, "unknown_town") == [("松場2丁目", "松葉二丁目")]
    assert said(run, "all_blocks") == [("緑丘", 2)]
    left = {name for name, _ in said(run, "town_without_area")}
    assert left == {"松葉二丁目", "汐見一丁目", "汐見二丁目", "浜風一丁目", "浜風二丁目"}
    assert counts(run) == (1, 1, 0, 0, 0, 0)
    assert districts.list_of_towns(db, SCOPE, "second_layer", [town_key("松場二丁目")])


def test_the_same_table_twice_changes_nothing(db, towns, deliver):
    intake.run_area_table(db, SCOPE, deliver(TABLE), "center_area")
    before = everything(db)
    again = intake.run_area_table(db, SCOPE, deliver(TABLE), "center_area")
    assert counts(again) == (2, 0, 0, 2, 0, 0)
    assert everything(db) == before


def test_a_later_table_keeps_the_area_and_moves_its_town(db, towns, deliver):
    intake.run_area_table(db, SCOPE, deliver(TABLE), "center_area")
    before = {row.name: row.id for row in districts.list_at_level(db, SCOPE, "center_area")}
    later = TABLE.replace("汐見一丁目,ひがし包括,踏切の北\n", "")
    run = intake.run_area_table(db, SCOPE, deliver(later), "center_area")
    assert counts(run) == (2, 0, 1, 1, 0, 0)
    rows = districts.list_at_level(db, SCOPE, "center_area")
    assert {row.name: row.id for row in rows} == before
    assert area_m2(outlines(db, "center_area")["ひがし包括"], ZONE) == pytest.approx(
        2 * TOWN_M2, rel=1e-6
    )
    assert len(districts.list_of_towns(db, SCOPE, "center_area", [town_key("汐見一丁目")])) == 1


def test_an_area_that_the_table_no_longer_has_stays_and_is_reported(db, towns, deliver):
    intake.run_area_table(db, SCOPE, deliver(TABLE), "center_area")
    run = intake.run_area_table(db, SCOPE, deliver("町名,包括\n松葉,ひがし包括\n"), "center_area")
    assert run.report["missing"] == ["にし包括"]


def test_a_polygon_that_was_there_before_keeps_its_id_under_a_table(db, towns, deliver):
    before = {row.name: row.id for row in districts.list_at_level(db, SCOPE, "living_area")}
    words = "町名,圏域\n松葉,山の手圏域\n汐見,山の手圏域\n緑丘,浜の手圏域\n浜風,浜の手圏域\n"
    run = intake.run_area_table(db, SCOPE, deliver(words), "living_area")
    assert counts(run) == (2, 0, 2, 0, 0, 0)
    rows = districts.list_at_level(db, SCOPE, "living_area")
    assert {row.name: row.id for row in rows} == before
    assert {row.code for row in rows} == {"1", "2"}
    assert area_m2(outlines(db, "living_area")["山の手圏域"], ZONE) == pytest.approx(
        4 * TOWN_M2, rel=1e-6
    )


def test_grouping_joins_areas_of_another_level(db, deliver):
    words = "小学校区,圏域\n松葉小学校,北\n緑丘,北\n汐見小学校区,南\n浜風,南\nなぞ小学校,南\n"
    run = intake.run_area_table(db, SCOPE, deliver(words), "second_layer", by="elementary")
    assert counts(run) == (3, 2, 0, 0, 0, 1)
    assert [name for name, _ in said(run, "unknown_part")] == ["なぞ小学校"]
    assert {name: area_m2(shape, ZONE) for name, shape in outlines(db, "second_layer").items()} == (
        pytest.approx({"北": 4 * TOWN_M2, "南": 4 * TOWN_M2}, rel=1e-6)
    )
    made = groupings.list_groupings(db, SCOPE, "second_layer")
    assert {(row.made_of, len(row.parts), row.towns) for row in made} == {("grouping", 2, ())}


def test_new_borders_of_towns_move_what_is_made_of_them_and_of_those(db, towns, deliver, tmp_path):
    intake.run_area_table(db, SCOPE, deliver(TABLE), "center_area")
    words = "包括,圏域\nひがし包括,全部\nにし包括,全部\n"
    intake.run_area_table(db, SCOPE, deliver(words, "g.csv"), "second_layer", by="center_area")
    assert area_m2(outlines(db, "second_layer")["全部"], ZONE) == pytest.approx(
        7 * TOWN_M2, rel=1e-6
    )
    rows = census_towns()
    rows[0] = (rows[0][0], rectangle(0, 20, 5, 40))  # 松葉一丁目 loses its eastern half
    path = vectors.write(tmp_path / "r7ka99001.shp", rows)
    run = intake.run_districts(db, SCOPE, Delivery(path, tmp_path / "originals"), "town")
    assert counts(run) == (9, 0, 1, 7, 0, 1)
    assert area_m2(outlines(db, "center_area")["ひがし包括"], ZONE) == pytest.approx(
        2.5 * TOWN_M2, rel=1e-6
    )
    assert area_m2(outlines(db, "second_layer")["全部"], ZONE) == pytest.approx(
        6.5 * TOWN_M2, rel=1e-6
    )


def test_a_workbook_with_merged_cells_makes_the_same_areas_as_a_csv(db, towns, deliver, tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["包括", "町名"],
        ["ひがし", "松葉"],
        [None, "汐見"],
        ["にし", "緑丘"],
        [None, "浜風"],
    ):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("A4:A5")
    book.save(tmp_path / "t.xlsx")
    run = intake.run_area_table(
        db, SCOPE, Delivery(tmp_path / "t.xlsx", tmp_path / "o"), "center_area"
    )
    assert (counts(run), run.report["assumptions"]) == ((2, 2, 0, 0, 0, 0), [])
    words = "町名,包括\n松葉,ひがし\n汐見,ひがし\n緑丘,にし\n浜風,にし\n"
    again = intake.run_area_table(db, SCOPE, deliver(words), "center_area")
    assert counts(again) == (2, 0, 0, 2, 0, 0)


def test_the_17_districts_of_echizen_without_town_polygons(db, real, tmp_path):
    """Two files of the city, one with headings, one with two columns, say the same."""
    folder = real / "echizen/population"
    scope = house("18209")
    delivery = Delivery(folder / "machibetsujumin.csv", tmp_path / "o")
    run = intake.run_area_table(db, scope, delivery, "chiku")
    assert counts(run) == (18, 17, 0, 0, 0, 1)
    assert run.report["assumptions"] == ["areas_are_headings", "no_town_polygons"]
    made = groupings.list_groupings(db, scope, "chiku")
    assert sum(len(row.towns) for row in made) == 274
    assert all(row.geojson is None for row in districts.list_shapes(db, scope, "chiku"))
    (found,) = districts.list_of_towns(db, scope, "chiku", [town_key("府中１丁目")])
    assert found.district.name == "東地区"
    table = Delivery(folder / "gyouseiku.csv", tmp_path / "o")
    later = intake.run_area_table(db, scope, table, "chiku")
    assert (later.added, later.missing) == (0, 0)
    assert sum(len(row.towns) for row in groupings.list_groupings(db, scope, "chiku")) == 274


def test_a_level_is_not_made_of_itself_nor_of_one_that_is_not_there(db, deliver):
    for by in ("chiku", "nothing"):
        with pytest.raises(Invalid):
            intake.run_area_table(db, SCOPE, deliver(TABLE), "chiku", by=by)


def school(kind, name, x, y):
    fields = {"P29_001": "99001", "P29_002": "16", "P29_003": kind, "P29_004": kind}
    return {**fields, "P29_005": name, "P29_006": "松葉"}, shapely.Point(corner_lonlat(x, y))


def test_areas_without_names_are_named_by_the_school_inside_else_numbered(db, tmp_path):
    schools = [
        school("16001", "松葉小学校", 5, 30),
        school("16001", "緑丘小学校", 25, 30),
        school("16001", "緑丘小学校山分校", 35, 30),
        school("16001", "汐見小学校", 5, 10),
        school("16001", "汐見第二小学校", 15, 10),
        school("16002", "浜風中学校", 25, 10),
    ]
    path = vectors.write(tmp_path / "P29-13_99.shp", schools)
    run = intake.run_schools(db, SCOPE, Delivery(path, tmp_path / "o"))
    assert counts(run) == (6, 6, 0, 0, 0, 0)
    nameless = [
        ({"city_code": "990019"}, rectangle(x, y, x + 20, y + 20))
        for x, y in ((0, 20), (20, 20), (0, 0), (20, 0))
    ]
    areas = vectors.write(tmp_path / "areas.shp", nameless)
    before = {row.name: row.id for row in districts.list_at_level(db, SCOPE, "elementary")}
    run = intake.run_districts(db, SCOPE, Delivery(areas, tmp_path / "o"), "elementary")
    assert [name for name, _ in said(run, "named_by_school")] == ["松葉小学校", "緑丘小学校"]
    assert said(run, "several_schools") == [("", "汐見小学校、汐見第二小学校")]
    assert [name for name, _ in said(run, "numbered")] == ["小学校区3", "小学校区4"]
    after = {row.name: row.id for row in districts.list_at_level(db, SCOPE, "elementary")}
    assert after["松葉小学校"] == before["松葉小学校"]
    state = everything(db)
    again = intake.run_districts(db, SCOPE, Delivery(areas, tmp_path / "o"), "elementary")
    assert (again.added, again.changed) == (0, 0)
    assert everything(db) == state


def test_an_area_that_was_numbered_keeps_its_id_when_its_school_becomes_known(db, tmp_path):
    areas = vectors.write(tmp_path / "a.shp", [({"id": 1}, rectangle(0, 0, 20, 40))])
    delivery = Delivery(areas, tmp_path / "o")
    first = intake.run_districts(db, house(FOREIGN), delivery, "junior_high")
    (before,) = districts.list_at_level(db, house(FOREIGN), "junior_high")
    assert (first.added, before.name) == (1, "中学校区1")
    fields, point = school("16002", "西中学校", 5, 5)
    path = vectors.write(tmp_path / "P29.shp", [(dict(fields, P29_001=FOREIGN), point)])
    intake.run_schools(db, house(FOREIGN), Delivery(path, tmp_path / "o"))
    second = intake.run_districts(db, house(FOREIGN), delivery, "junior_high")
    db.expire_all()
    (after,) = districts.list_at_level(db, house(FOREIGN), "junior_high")
    assert (after.id, after.name, second.changed) == (before.id, "西中学校", 1)


def test_schools_twice_change_nothing_and_a_moved_one_changes(db, real, tmp_path):
    path = real / "sabae/school_point/P29-13_18207.geojson"
    scope = house("18207")
    first = intake.run_schools(db, scope, Delivery(path, tmp_path / "o"))
    state = everything(db)
    again = intake.run_schools(db, scope, Delivery(path, tmp_path / "o"))
    assert (counts(first), counts(again)) == ((18, 18, 0, 0, 0, 0), (18, 0, 0, 18, 0, 0))
    assert everything(db) == state
    moved = tmp_path / "P29-13_18207.geojson"
    moved.write_text(path.read_text(encoding="utf-8").replace("西袋町67-8", "西袋町68"))
    assert counts(intake.run_schools(db, scope, Delivery(moved, tmp_path / "o"))) == (
        *(18, 0, 1, 17, 0, 0),
    )


def test_the_boundary_of_sabae_without_names_and_its_schools(db, real, tmp_path):
    """3 中学校区 stripped of their names: 鯖江, 中央, 東陽 come back from P29."""
    shapes = districts_of(real / "sabae/school_district/A32-16_18207.geojson")
    path = vectors.write(
        tmp_path / "a.shp", [({"id": n}, shape) for n, (_, shape) in enumerate(shapes)], epsg=4326
    )
    scope = house("18207")
    points = real / "sabae/school_point/P29-13_18207.geojson"
    intake.run_schools(db, scope, Delivery(points, tmp_path / "o"))
    intake.run_districts(db, scope, Delivery(path, tmp_path / "o"), "junior_high")
    named = [row.name for row in districts.list_at_level(db, scope, "junior_high")]
    assert sorted(named) == sorted(name for name, _ in shapes)


def districts_of(path):
    return [(row.name, row.geometry) for row in district_files.read(path, ZONE).rows]


def test_a_shapefile_is_kept_whole_and_a_hostile_one_changes_nothing(db, tmp_path):
    path = vectors.write(tmp_path / "a.shp", census_towns())
    run = intake.run_districts(db, SCOPE, Delivery(path, tmp_path / "o"), "town")
    assert (tmp_path / "o" / run.sha256).read_bytes().startswith(b"PK")
    assert run.file_name == "a.zip"
    state = everything(db)
    bomb = vectors.bomb(tmp_path / "b.zip", 100)
    path.write_bytes(path.read_bytes()[:-30])
    for bad in (bomb, path):
        with pytest.raises(Unreadable):
            intake.run_districts(db, SCOPE, Delivery(bad, tmp_path / "o"), "town")
    assert everything(db) == state

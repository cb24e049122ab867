"""人口の取り込み: people into a municipality, in place of the last edition, joined to its areas."""

from datetime import date

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from geo import demo, homes, intake, population
from geo.errors import Invalid, Unreadable
from geo.intake import Delivery
from geo.records import districts, mesh
from geo.records import population as people
from geo.scope import Role, Scope, house
from geo.sources import mihon
from geo.sources.mihon.area_tables import area_files
from geo.sources.mihon.population import population_files
from geo.sources.model_town import corner_lonlat
from geo.sources.model_town_people import square_code
from tests.conftest import FOREIGN, TOWN
from tests.geo.sources.test_estat_mesh import table
from tests.routes.making import make

SCOPE = house(TOWN)
MESH, STANDARD = (
    demo.DATA / "model_town" / name for name in ("tblT001141H4836.txt", "990019_population.csv")
)


@pytest.fixture
def bring(db, tmp_path):
    """bring(text, …) reads a CSV, bring(path, …) a file; counts are returned with the run."""

    def read(content, municipality=TOWN, name="table.csv", **options):
        path = content
        if isinstance(content, str | bytes):
            path = tmp_path / name
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        delivery = Delivery(path, tmp_path / "o")
        return intake.run_population(db, house(municipality), delivery, **options)

    return read


@pytest.fixture
def areas(db, tmp_path):
    """Areas of 碁盤町 made by a table of towns without outlines: areas("町名,地区\\n…")."""

    def make_them(rows, level="chiku"):
        path = tmp_path / f"{level}.csv"
        path.write_text(rows)
        intake.run_area_table(db, SCOPE, Delivery(path, tmp_path / "o"), level)

    return make_them


def counts(run):
    return run.added, run.changed, run.unchanged, run.missing, run.refused


def said(run):
    return [
        (line["row"], line["name"], line["reason"], line["detail"]) for line in run.report["rows"]
    ]


def told(db, level, role=Role.OFFICIAL):
    """Name of the area → everybody, 65+ and how they are known."""
    scope = Scope(TOWN, role)
    found = population.by_area(db, scope, level)
    known = {
        area.name: found.get(area.id, population.UNKNOWN)
        for area in districts.list_at_level(db, scope, level)
    }
    return {
        name: [(band.people, band.how) for band in (one.everybody, one.over[0])]
        for name, one in known.items()
    }


def test_gobancho_was_read_whole(db):
    sources = people.list_sources(db, SCOPE)
    assert [(s.kind, s.as_of, s.public, s.side_m) for s in sources] == [
        ("table", date(2026, 4, 1), True, None),
        ("cells", date(2020, 10, 1), True, 500),
    ]
    cells = mesh.load_cells(db, SCOPE, sources[1].id)
    assert np.nansum(cells.counts, axis=0).tolist() == [1000, 340, 180, 60, 500]
    assert cells.inside.tolist() == [1.0] * 10
    wide, high = (cells.boxes[:, 2:] - cells.boxes[:, :2]).T
    assert wide == pytest.approx([1 / 160] * 10)
    assert high == pytest.approx([1 / 240] * 10)


@pytest.mark.parametrize("path", [MESH, STANDARD])
def test_the_same_file_again_changes_nothing(db, bring, path):
    before = db.scalar(text("select value from version where noun = 'population'"))
    run = bring(path)
    assert (run.added, run.changed, run.missing, run.refused) == (0, 0, 0, 0)
    assert run.unchanged == (10 if path == MESH else 3)
    assert db.scalar(text("select value from version where noun = 'population'")) == before


def test_an_area_of_the_table_is_known_by_it_and_the_missing_one_by_the_census(db):
    assert told(db, "elementary") == {
        "松葉小学校": [(252, "table"), (96, "table")],
        "緑丘小学校": [(250, "table"), (68, "table")],
        "汐見小学校": [(150, "table"), (72, "table")],
        "浜風小学校": [(350, "cells"), (108, "cells")],
    }


def test_who_has_no_account_is_told_tens_of_the_census_and_what_is_published(db):
    assert told(db, "elementary", Role.RESIDENT)["松葉小学校"] == [(252, "table"), (96, "table")]
    assert told(db, "elementary", Role.RESIDENT)["浜風小学校"] == [(350, "cells"), (110, "cells")]
    assert told(db, "junior_high", Role.RESIDENT)["西中学校"] == [(410, "cells"), (170, "cells")]
    assert told(db, "junior_high")["西中学校"] == [(410, "cells"), (166, "cells")]


def test_a_later_edition_takes_the_place_of_the_last_and_says_who_is_missing(db, bring):
    first = "令和8年4月1日現在,\n地区,人口\n東,10\n西,20\n"
    later = "令和9年4月1日現在,\n地区,人口\n東,11\n南,5\n"
    assert counts(bring(first, FOREIGN)) == (2, 0, 0, 0, 0)
    run = bring(later, FOREIGN)
    assert counts(run) == (1, 1, 0, 1, 0)
    assert run.report["missing"] == ["西"]
    with pytest.raises(Unreadable, match="older_edition"):
        bring(first, FOREIGN)
    assert counts(bring(first, FOREIGN, older=True)) == (1, 1, 0, 1, 0)


def test_a_new_census_takes_the_place_of_all_squares(db, bring):
    rows = ["483660003,0,,,50,25,20,10,5,25", f"{square_code(1, 2)},0,,,7,3,1,1,1,3"]
    run = bring(table(rows, number="T009999"), as_of=date(2025, 10, 1))
    assert (run.added, run.changed, run.missing) == (0, 2, 8)
    assert told(db, "municipality")["碁盤町"] == [(57, "cells"), (21, "cells")]


def test_another_first_mesh_of_the_same_census_is_added(db, bring):
    """A municipality that reaches into two files keeps both."""
    run = bring(table(["483660003,0,,,41,20,20,12,5,20", "473660003,0,,,9,4,1,1,1,4"]))
    assert counts(run)[:2] == (0, 1)
    assert ("squares_outside", "1") in [(line[2], line[3]) for line in said(run)]


def test_a_square_on_the_border_counts_by_the_share_of_its_land(db, bring):
    """c5 lies over the eastern border, x = 40: lon 136.03406 of 136.03125 .. 136.0375, 45 of 100."""
    share = (corner_lonlat(40, 15)[0] - 136.03125) / 0.00625
    assert share == pytest.approx(0.4496, abs=0.001)
    run = bring(table([f"{square_code(5, 2)},0,,,100,50,40,20,10,50"]))
    cut = next(line[3] for line in said(run) if line[2] == "squares_on_border")
    assert cut == "1 (45 / 100)"


def test_without_an_outline_all_squares_are_taken_and_that_is_said(db, bring):
    run = bring(MESH, FOREIGN)
    assert "no_outline_all_squares" in run.report["assumptions"]
    assert run.added == 10


def test_squares_of_elsewhere_are_refused(db, bring):
    with pytest.raises(Unreadable, match="no_square_inside"):
        bring(table(["533946114,0,,,10,5,4,2,1,5"]))


def test_towns_add_up_to_their_area(db, bring, areas):
    areas("町名,地区\n松葉一丁目,東\n松葉二丁目,東\n緑丘,西\n")
    bring("町名,人口,65歳以上\n松葉1丁目,10,4\n松葉2丁目,20,5\n緑丘,7,1\n", as_of=date(2026, 4, 1))
    assert told(db, "chiku") == {
        "東": [(30, "towns"), (9, "towns")],
        "西": [(7, "towns"), (1, "towns")],
    }


def test_a_town_without_a_number_is_named_and_the_rest_is_at_least(db, bring, areas):
    areas("町名,地区\n松葉,東\n緑丘,東\n汐見,西\n")
    bring("町名,人口\n松葉,10\n汐見,3\n")
    found = population.by_area(db, Scope(TOWN, Role.OFFICIAL), "chiku")
    east = found[districts.list_at_level(db, SCOPE, "chiku")[0].id].everybody
    assert (east.people, east.missing) == (10, ("緑丘",))


def test_a_town_in_two_areas_is_counted_in_neither(db, bring, areas):
    """PRACTICE: a split town gives two candidates, never one guess."""
    areas("町名,地区\n松葉,東\n松葉,西\n緑丘,西\n")
    bring("町名,人口\n松葉,10\n緑丘,7\n")
    found = population.by_area(db, Scope(TOWN, Role.OFFICIAL), "chiku")
    both = [found[row.id].everybody for row in districts.list_at_level(db, SCOPE, "chiku")]
    assert [(band.people, band.split) for band in both] == [(None, ()), (7, ("松葉",))]


def test_a_town_named_without_its_blocks_is_all_of_them(db, bring, areas):
    areas("町名,地区\n松葉一丁目,東\n松葉二丁目,東\n緑丘一丁目,東\n緑丘二丁目,西\n")
    bring("町名,人口\n松葉,30\n緑丘,8\n")
    found = population.by_area(db, Scope(TOWN, Role.OFFICIAL), "chiku")
    east = found[districts.list_at_level(db, SCOPE, "chiku")[0].id].everybody
    assert (east.people, east.split) == (30, ("緑丘",))


def test_unknown_is_never_nobody(db, bring, areas):
    """65+ of one of two towns is not said: the area's is unknown, its people are known."""
    areas("町名,地区\n松葉,東\n緑丘,東\n")
    bring("町名,人口,65歳以上\n松葉,10,4\n緑丘,7,\n")
    assert told(db, "chiku") == {"東": [(17, "towns"), (None, "")]}


def test_names_are_matched_by_kind_and_the_unmatched_reported(db, bring, areas):
    """松葉 of a table of 地区 is not the 学区 松葉小学校, though the names are alike."""
    run = bring("地区名,人口\n松葉,10\n緑丘,7\n")
    assert "no_area_matches" in run.report["assumptions"]
    areas("町名,地区\n一,松葉地区\n二,みどり丘地区\n")
    run = bring("地区名,人口\n松葉,10\n緑丘,7\n")
    assert (2, "緑丘", "unknown_area") in [(row - 1, *rest[:2]) for row, *rest in said(run)]
    assert told(db, "chiku")["松葉地区"][0] == (10, "table")
    assert len([s for s in people.list_sources(db, SCOPE) if s.form == "office"]) == 1


def test_one_area_under_two_spellings_is_counted_once(db, bring, areas):
    areas("町名,地区\n一,松葉地区\n二,緑丘地区\n")
    run = bring("地区名,人口\n松葉,10\n松葉地区,10\n緑丘,7\n")
    assert (3, "松葉地区", "area_named_twice", "") in said(run)
    assert told(db, "chiku")["松葉地区"][0] == (10, "table")


def test_the_level_can_be_said(db, bring):
    run = bring("地区名,人口\n松葉,10\n緑丘,7\n", level="elementary", as_of=date(2027, 1, 1))
    assert run.report["assumptions"] == ["staff_only"]
    assert told(db, "elementary")["松葉小学校"][0] == (10, "table")
    with pytest.raises(Invalid):
        bring("地区名,人口\n松葉,10\n", level="no such level")


def test_office_tables_are_for_staff_until_somebody_says_they_are_published(db, bring):
    rows = "小学校区,人口\n松葉小学校,11\n"
    bring(rows, as_of=date(2027, 4, 1))
    assert told(db, "elementary")["松葉小学校"][0] == (11, "table")
    assert told(db, "elementary", Role.RESIDENT)["松葉小学校"][0] == (252, "table")
    bring(rows, as_of=date(2027, 4, 1), public=True)
    assert told(db, "elementary", Role.RESIDENT)["松葉小学校"][0] == (11, "table")


def test_a_survey_is_for_staff_and_never_public(db, bring):
    rows = "日常生活圏域,年齢,回答数,自分で運転しない人\n山の手圏域,75歳以上,40,20\n"
    bring(rows)
    area = districts.list_at_level(db, SCOPE, "living_area")[0]
    found = population.answers(db, Scope(TOWN, Role.OFFICIAL), area.id)
    assert [(one.measure, one.people, one.answers) for one in found] == [("not_driving", 20, 40)]
    assert population.answers(db, Scope(TOWN, Role.RESIDENT), area.id) == []
    with pytest.raises(Invalid):
        bring(rows, public=True)


def test_a_refused_file_leaves_everything_as_it_was(db, bring):
    before = told(db, "elementary")
    for content, why in (
        ("町名,人口\n", "no_rows"),
        (table([]), "no_rows"),
        ("a,b\n1,2\n", "not_p"),
    ):
        with pytest.raises(Unreadable, match=why):
            bring(content)
    assert told(db, "elementary") == before


def test_new_borders_count_anew(db, tmp_path, bring):
    """The west moves from x = 20 to x = 0 .. 40: all 1,000 live there."""
    path = tmp_path / "one.geojson"
    west, south = corner_lonlat(0, 0)
    east, north = corner_lonlat(40, 40)
    ring = [[west - 0.01, south - 0.01], [east + 0.01, south - 0.01], [east + 0.01, north + 0.01]]
    ring += [[west - 0.01, north + 0.01], ring[0]]
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": '
        f'"西中学校"}}, "geometry": {{"type": "Polygon", "coordinates": [{ring}]}}}}]}}'
    )
    intake.run_districts(db, SCOPE, Delivery(path, tmp_path / "o"), "junior_high")
    assert told(db, "junior_high")["西中学校"][0] == (1000, "cells")


def test_a_home_for_forty_is_taken_out_of_its_square(db):
    """c0 r1 has 40 people, 12 of them over 75; a home for 12 stands there."""
    lon, lat = corner_lonlat(4, 6)
    make(db, kind="nursing_home", name="特養 しおみ", capacity=12, place=[lon, lat])
    cells, found = homes.load_at_home(db, SCOPE)
    at = cells.codes.tolist().index(483660003)
    assert found.counts[at, :4].tolist() == [28, 8, 0, 0]
    assert found.taken[at] == 12
    make(db, kind="hospital", name="しおみ病院", place=[lon, lat])
    assert homes.load_at_home(db, SCOPE)[1].with_facilities[at]


def test_people_registered_are_parted_where_the_census_has_them(db, bring, tmp_path):
    """A town of two squares, 54 people and 120; the border of two areas runs between them: of 174
    registered in 2026 (60 over 65) 54/174 live in the west."""
    town = _box(0, 0, 2, 1, row=5)
    west, east = _box(0, 0, 1, 1, row=5), _box(1, 0, 2, 1, row=5)
    _outlines(db, tmp_path, "town", {"松葉": town})
    _outlines(db, tmp_path, "junior_high", {"西中学校": west, "東中学校": east})
    bring("町名,人口,65歳以上\n松葉,348,60\n", as_of=date(2026, 10, 1))
    found = population.by_area(db, Scope(TOWN, Role.OFFICIAL), "junior_high")
    bands = {
        row.name: found[row.id].everybody
        for row in districts.list_at_level(db, SCOPE, "junior_high")
    }
    assert (bands["西中学校"].people, bands["東中学校"].people) == (108, 240)
    assert (bands["西中学校"].how, bands["西中学校"].spread_by.as_of) == (
        "spread",
        date(2020, 10, 1),
    )


def _box(west, south, east, north, row):
    """Squares of 500 m counted as in model_town_people."""
    return shapely.box(
        136 + west * 0.00625,
        32.5 + (row + south) / 240,
        136 + east * 0.00625,
        32.5 + (row + north) / 240,
    )


def _outlines(db, tmp_path, level, shapes):
    path = tmp_path / f"{level}.geojson"
    features = ",".join(
        f'{{"type": "Feature", "properties": {{"name": "{name}"}}, "geometry": {shapely.to_geojson(shape)}}}'
        for name, shape in shapes.items()
    )
    path.write_text(f'{{"type": "FeatureCollection", "features": [{features}]}}')
    intake.run_districts(db, SCOPE, Delivery(path, tmp_path / "o"), level)


def test_echizen_s_districts_by_the_real_tables(db, real, tmp_path):
    scope = house("18209")
    folder = real / "echizen/population"
    originals = tmp_path / "o"
    intake.run_area_table(db, scope, Delivery(folder / "gyouseiku.csv", originals), "chiku")
    intake.run_population(db, scope, Delivery(folder / "koureikaritsu.csv", originals))
    run = intake.run_population(db, scope, Delivery(folder / "chikubetsujinkou.csv", originals))
    assert (run.added, run.refused) == (18, 0)
    found = population.by_area(db, Scope("18209", Role.RESIDENT), "chiku")
    names = {row.name: found[row.id] for row in districts.list_at_level(db, scope, "chiku")}
    assert len(names) == 17
    east, hattori = names["東地区"], names["服間地区"]
    assert (east.over[0].people, east.over[0].of) == (1909, 5247)
    assert (east.everybody.people, east.everybody.source.as_of_unit) == (5194, "year")
    assert (hattori.everybody.people, hattori.over[0].people) == (1854, None)


def test_mihon_s_register_adds_up_in_its_districts(db, tmp_path):
    """92 towns in 11 地区: 60,200 people, 18,600 of them 65 or older, 10,200 over 75, 3,500 over 85."""
    scope = house(mihon.CODE)
    for name, content in (area_files() | population_files()).items():
        (tmp_path / name).write_bytes(content)
    table_of_towns = Delivery(tmp_path / "areas_chiku.csv", tmp_path / "o")
    intake.run_area_table(db, scope, table_of_towns, "chiku")
    register = Delivery(tmp_path / "990027_population.csv", tmp_path / "o")
    assert intake.run_population(db, scope, register).added == 92
    found = population.by_area(db, Scope(mihon.CODE, Role.RESIDENT), "chiku")
    sums = [sum(one.bands[at].people for one in found.values()) for at in (0, 2, 3, 4)]
    assert sums == [60_200, 18_600, 10_200, 3_500]

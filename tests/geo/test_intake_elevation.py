"""Heights from the delivery to the street: 緑丘 in 碁盤町, whose every height is known by hand."""

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from geo import crs, intake
from geo.area import Folders, open_area
from geo.errors import Invalid, Unreadable
from geo.intake import Delivery
from geo.records import elevation
from geo.scope import house
from geo.sources import model_town
from geo.streets.network import frozen
from geo.streets.profile import get_profile
from geo.streets.route import route
from geo.streets.snap import snap

TOWN = "99001"
TOWN_DEM = Path(__file__).parents[2] / "data/model_town/FG-GML-4836-60-DEM5A.zip"


@pytest.fixture
def folders(var, tmp_path):
    """The originals of the run's town, and networks of one's own."""
    return Folders(var / "originals", tmp_path / "networks")


def seconds(area, profile, start, end):
    """Seconds from corner to corner; None where there is no way."""
    graph, grid = area.graph(profile), area.grid(profile)
    lonlat = np.array([model_town.corner_lonlat(*corner) for corner in (start, end)])
    places = snap(graph, grid, frozen(crs.to_plane_m(lonlat, 6)))
    found = route(graph, places[:1], places[1:])
    return found and found.seconds


def test_the_report_says_whose_heights_they_are_and_how_many(db):
    run = intake.run_elevation(db, house(TOWN), Delivery(TOWN_DEM, None))
    assert (run.dataset, run.target, run.rows, run.unchanged, run.refused) == (
        "elevation",
        "dem",
        4,
        4,
        0,
    )
    source = run.report["source"]
    assert (source["layer"], source["edition"], source["crs"]) == ("dem", "2026-10-01", "JGD2011")
    assert run.report["assumptions"] == [
        "dem_kinds=DEM5A 4",
        "dem_cells=135,000",
        "dem_water=23,400",
        "dem_before_tags",
        "dem_bridges",
    ]


def test_uphill_is_slower_than_downhill_by_tobler_and_plain_walking_knows_no_hill(db, folders):
    area = open_area(db, house(TOWN), folders)
    plain = get_profile("on_foot")
    hilly = plain.with_modifiers("slope")
    foot, top = (31, 5), (36, 5)  # five blocks, 4 m each: 5 %
    assert seconds(area, hilly, foot, top) == pytest.approx(
        300 * np.exp(3.5 * 0.05), abs=0.5
    )  # 357
    assert seconds(area, hilly, top, foot) == pytest.approx(300, abs=0.5)
    assert seconds(area, hilly, (40, 5), (39, 5)) == pytest.approx(
        60 * np.exp(0.35), abs=0.3
    )  # 10 %
    assert seconds(area, hilly, (34, 5), (34, 10)) == pytest.approx(300, abs=0.5)  # along the hill
    assert seconds(area, plain, foot, top) == pytest.approx(300, abs=0.5)


def test_a_wheelchair_takes_five_percent_and_not_ten(db, folders):
    area = open_area(db, house(TOWN), folders)
    chair = get_profile("wheelchair")
    assert seconds(area, chair, (31, 5), (36, 5)) == pytest.approx(400, abs=0.5)  # 60 m a minute
    assert seconds(area, chair, (38, 5), (39, 5)) == pytest.approx(80, abs=0.5)
    assert seconds(area, chair, (39, 5), (40, 5)) is None


def test_where_no_tile_is_the_height_stays_unknown(db, folders):
    net = open_area(db, house(TOWN), folders).network
    x = (net.point_xy_m[:, 0] - model_town.SOUTH_WEST_M[0]) / 80
    assert np.isnan(net.point_height_m[x < 29.1]).all()
    inland = (x > 29.9) & (x < 41) & (net.point_xy_m[:, 1] < model_town.SOUTH_WEST_M[1] + 3201)
    assert np.isfinite(net.point_height_m[inland]).all()


def test_another_model_makes_another_network_and_the_same_in_other_paper_does_not(
    db, folders, tmp_path
):
    before = open_area(db, house(TOWN), folders).network
    unpacked = tmp_path / "one"
    with zipfile.ZipFile(TOWN_DEM) as pack:
        pack.extractall(unpacked)
    tile = sorted(unpacked.iterdir())[0]
    kept = folders.originals
    run = intake.run_elevation(db, house(TOWN), Delivery(tile, kept))
    assert (run.added, run.changed, run.unchanged) == (0, 0, 1)
    assert open_area(db, house(TOWN), folders).network.version == before.version
    tile.write_text(
        tile.read_text(encoding="utf-8").replace("地表面,24.00", "地表面,27.00"), encoding="utf-8"
    )
    run = intake.run_elevation(db, house(TOWN), Delivery(tile, kept))
    assert (run.added, run.changed, run.unchanged) == (0, 1, 0)
    after = open_area(db, house(TOWN), folders).network
    assert after.version != before.version
    assert np.nanmax(before.point_height_m) == pytest.approx(24, abs=0.01)
    assert np.nanmax(after.point_height_m) == pytest.approx(27, abs=0.01)
    # the other three tiles are still read from the first parcel
    assert (np.isfinite(after.point_height_m) == np.isfinite(before.point_height_m)).all()


def test_a_single_file_keeps_its_kind_though_its_original_has_no_name(db, folders, tmp_path):
    """5B and 5C are told apart by the name only, and originals are called by their checksum."""
    with zipfile.ZipFile(TOWN_DEM) as pack:
        name = pack.namelist()[0]
        text = pack.read(name).decode().replace("地表面,24.00", "地表面,30.00")
    path = tmp_path / name.replace("DEM5A", "DEM5B")
    path.write_text(text.replace("5mメッシュ（標高）", "5mメッシュ（数値地形）"), encoding="utf-8")
    before = open_area(db, house(TOWN), folders).network
    run = intake.run_elevation(db, house(TOWN), Delivery(path, folders.originals))
    assert run.added == 1
    assert {tile.kind for tile in elevation.list_tiles(db, house(TOWN))} == {"DEM5A", "DEM5B"}
    after = open_area(db, house(TOWN), folders).network
    assert after.version != before.version  # another set of tiles
    assert np.nanmax(after.point_height_m) == pytest.approx(24, abs=0.01)  # 5A is believed


def test_one_bad_file_of_a_parcel_is_refused_and_the_others_stand(db, tmp_path):
    path = tmp_path / "parcel.zip"
    shutil.copy(TOWN_DEM, path)
    with zipfile.ZipFile(path, "a") as pack:
        pack.writestr("FG-GML-0000-00-DEM5A-1.xml", "<DEM>")
        first = pack.read(pack.namelist()[0])
        pack.writestr(
            "again/FG-GML-4836-60-02-DEM5A-20200101.xml",
            first.replace(b"2026-10-01", b"2020-01-01"),
        )
    run = intake.run_elevation(db, house(TOWN), Delivery(path, None))
    assert (run.rows, run.unchanged, run.refused) == (6, 4, 2)
    assert [(line["row"], line["reason"]) for line in run.report["rows"]] == [
        (5, "xml_broken"),
        (6, "tile_twice"),
    ]


def test_a_model_of_another_place_or_of_nothing_is_refused(db, tmp_path):
    with zipfile.ZipFile(TOWN_DEM) as pack:
        text = pack.read(pack.namelist()[0]).decode()
    far = tmp_path / "far-DEM5A.xml"
    far.write_text(text.replace(">32.50", ">38.50").replace(" 136.0", " 140.0"), encoding="utf-8")
    for path, reason in ((far, "dem_elsewhere"), (Path(__file__), "not_a_dem")):
        with pytest.raises(Unreadable) as error:
            intake.run_elevation(db, house(TOWN), Delivery(path, None))
        assert error.value.facts["reason"] == reason


def test_heights_may_come_before_streets_and_before_the_municipality(db, folders):
    run = intake.run_elevation(db, house("13101"), Delivery(TOWN_DEM, None))
    assert (run.added, run.report["source"]["publisher"]) == (4, "国土地理院")
    with pytest.raises(Invalid):
        open_area(db, house("13101"), folders)


def test_a_lost_original_of_heights_is_told_as_such(db, folders, tmp_path):
    for original in folders.originals.iterdir():
        (tmp_path / "kept").mkdir(exist_ok=True)
        if original.stat().st_size != TOWN_DEM.stat().st_size:
            shutil.copy(original, tmp_path / "kept" / original.name)
    with pytest.raises(Unreadable) as error:
        open_area(db, house(TOWN), Folders(tmp_path / "kept", folders.networks))
    assert error.value.facts["reason"] == "cannot_open"

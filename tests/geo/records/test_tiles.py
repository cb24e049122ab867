"""地図のタイル: what is in a tile of 碁盤町, and what must not be."""

import json
import math
from dataclasses import replace
from pathlib import Path

import mapbox_vector_tile
import pytest
from sqlalchemy import text

from geo import demo, intake
from geo.errors import NotFound
from geo.intake import Delivery
from geo.records import basemap, tiles, versions
from geo.scope import EVERYBODY, house
from geo.sources import osm
from geo.sources.model_town import corner_lonlat
from tests.conftest import FOREIGN, TOWN
from tests.routes.making import make


def tile_at(lonlat, zoom):
    """z, x, y of the tile that a place lies in."""
    (lon, lat), tiles_across = lonlat, 2**zoom
    up = math.asinh(math.tan(math.radians(lat))) / math.pi
    return zoom, int((lon + 180) / 360 * tiles_across), int((1 - up) / 2 * tiles_across)


MIDDLE = corner_lonlat(20, 20)


def seen(db, layer, zoom, lonlat=MIDDLE):
    """A tile as decoded: layer of the tile -> properties of its features."""
    decoded = mapbox_vector_tile.decode(
        tiles.get_tile(db, EVERYBODY, layer, *tile_at(lonlat, zoom))
    )
    return {
        name: [feature["properties"] for feature in part["features"]]
        for name, part in decoded.items()
    }


def test_near_by_there_are_lanes_houses_and_names(db):
    tile = seen(db, "basemap", 14)
    assert {"covered", "roads", "road_labels", "buildings", "places", "water"} <= set(tile)
    assert {road["drawn"] for road in tile["roads"]} >= {"secondary", "residential", "footway"}
    assert {"中央大通り", "碁盤大通り"} <= {name["name"] for name in tile["road_labels"]}
    assert {"中央公園", "碁盤町役場"} <= {place["name"] for place in tile["places"]}


def test_from_afar_only_what_leads_far_is_left(db):
    tile = seen(db, "basemap", 10)
    assert {road["drawn"] for road in tile["roads"]} == {"secondary", "tertiary"}
    assert "buildings" not in tile
    assert seen(db, "basemap", 6).keys() == {"covered", "water", "streams"}


def test_steps_are_told_apart_from_paths(db):
    tile = seen(db, "basemap", 16, corner_lonlat(36, 37))
    assert {"steps", "path"} <= {road["drawn"] for road in tile["roads"]}


def test_a_street_in_many_pieces_has_its_name_once(db, tmp_path):
    """Two lanes of one road, written in full and in half width: one name, joined."""
    body = "".join(
        f'<node id="{n}" lat="{32.30 + n / 1000}" lon="136.5"/>' for n in range(1, 4)
    ) + "".join(
        f'<way id="{n}"><nd ref="{n}"/><nd ref="{n + 1}"/><tag k="highway" v="trunk"/>'
        f'<tag k="name" v="{name}"/></way>'
        for n, name in ((1, "国道４１７号"), (2, "国道417号"))
    )
    path = tmp_path / "two.osm"
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{body}</osm>', encoding="utf-8")
    intake.run_streets(db, house(FOREIGN), Delivery(path, tmp_path / "o"))
    tile = seen(db, "basemap", 14, (136.5, 32.302))
    assert len(tile["roads"]) == 2
    assert [label["name"] for label in tile["road_labels"]] == ["国道417号"]


def test_two_towns_with_one_extract_write_a_place_once(db, tmp_path):
    intake.run_streets(db, house(FOREIGN), Delivery(demo.STREETS, tmp_path))
    names = [place["name"] for place in seen(db, "basemap", 13)["places"]]
    assert len(names) == len(set(names))


def test_where_there_is_nothing_a_tile_is_empty(db):
    assert tiles.get_tile(db, EVERYBODY, "basemap", *tile_at((140.0, 40.0), 12)) == b""


@pytest.mark.parametrize(
    ("layer", "z", "x", "y"),
    [
        ("basemap", 17, 0, 0),
        ("basemap", 2, 4, 0),
        ("basemap", 2, 0, 4),
        ("basemap", -1, 0, 0),
        ("resource", 2, 0, 0),
        ("basemap'; drop table account --", 2, 0, 0),
    ],
)
def test_a_tile_that_there_is_not_is_not_found(db, layer, z, x, y):
    with pytest.raises(NotFound):
        tiles.get_tile(db, EVERYBODY, layer, z, x, y)


def test_areas_of_every_level_have_their_names(db):
    found = seen(db, "districts", 12)["districts"]
    assert {row["name"] for row in found if row["level"] == "living_area"} == {
        "山の手圏域",
        "浜の手圏域",
    }
    assert set(found[0]) == {"id", "number", "municipality", "level", "code", "name"}


def test_resources_are_what_everybody_may_see(db):
    hidden = make(db, kind="treasure", name="朝の喫茶", place=list(MIDDLE))
    blurred = make(db, name="ぼかした会", place=list(MIDDLE), place_shown="blurred")
    make(db, name="伏せた会", place=list(MIDDLE), place_shown="hidden")
    make(db, name="非公開の会", place=list(MIDDLE), public=False)
    found = seen(db, "resources", 10)["resources"]
    assert {row["name"] for row in found}.isdisjoint({"朝の喫茶", "伏せた会", "非公開の会"})
    assert str(hidden) not in {row["id"] for row in found}
    assert str(blurred) in {row["id"] for row in found}
    assert set(found[0]) == {"id", "number", "municipality", "kind", "name", "place_shown"}


def test_a_blurred_place_is_where_everybody_sees_it(db):
    blurred = make(db, name="ぼかした会", place=list(MIDDLE), place_shown="blurred")
    z, x, y = tile_at(MIDDLE, 16)
    decoded = mapbox_vector_tile.decode(tiles.get_tile(db, EVERYBODY, "resources", z, x, y))
    features = decoded.get("resources", {"features": []})["features"]
    assert str(blurred) not in {feature["properties"]["id"] for feature in features}


def test_a_tile_is_a_new_one_when_its_data_are(db, tmp_path):
    before = {layer: tiles.get_version(db, EVERYBODY, layer) for layer in tiles.LAYERS}
    assert len(set(before.values())) == 3
    versions.raise_version(db, house(FOREIGN), "basemap")
    after = {layer: tiles.get_version(db, EVERYBODY, layer) for layer in tiles.LAYERS}
    assert {layer for layer in before if before[layer] != after[layer]} == {"basemap"}


def test_no_import_brings_back_the_version_of_an_earlier_one(db, tmp_path):
    """A number of a version comes again when a backup is restored; the run of an import does not."""
    before = tiles.get_version(db, EVERYBODY, "basemap")
    numbers = in_use(db)
    intake.run_streets(db, house(TOWN), Delivery(demo.STREETS, tmp_path))
    assert in_use(db) == numbers
    assert tiles.get_version(db, EVERYBODY, "basemap") != before


def plan(db, zoom):
    """What the database intends for the tile in the middle of the town, if it may not read whole tables."""
    db.execute(text("set local enable_seqscan = off"))
    _, x, y = tile_at(MIDDLE, zoom)
    statement = tiles.LAYERS["basemap"].statement(zoom).replace(":z", str(zoom))
    return json.dumps(
        db.execute(text(f"explain (format json) {statement}"), {"x": x, "y": y}).scalar_one()
    )


def test_a_tile_of_the_whole_town_is_asked_for_by_its_index(db):
    """Not one look at every row: the plan names the index of each table."""
    said = plan(db, 14)
    for table in ("line", "area", "point"):
        assert f"idx_basemap_{table}_geom" in said


def test_from_afar_houses_and_lanes_are_not_even_looked_at(db):
    """The tile of a whole city asks indexes that hold only what is seen from there."""
    said = plan(db, 10)
    assert "idx_basemap_line_far" in said
    assert "idx_basemap_area_far" in said
    assert "idx_basemap_line_far" not in plan(db, 12)


def test_each_zoom_has_a_statement_and_only_the_layers_that_can_be_there(db):
    at = tiles.LAYERS["basemap"].statement
    assert ["buildings" in at(zoom) for zoom in (13, 14)] == [False, True]
    assert ["road_labels" in at(zoom) for zoom in (11, 12)] == [False, True]
    sizes = [
        len(tiles.get_tile(db, EVERYBODY, "basemap", *tile_at(MIDDLE, zoom)))
        for zoom in range(tiles.MAX_ZOOM + 1)
    ]
    assert min(sizes[6:]) > 0


def test_far_off_only_main_streets_have_names(db):
    """As pages write them: up to 10 is what is drawn from zoom 10 on, lanes are 12 and 13."""
    names = {
        zoom: {label["name"]: label["rank"] for label in seen(db, "basemap", zoom)["road_labels"]}
        for zoom in (13, 14)
    }
    assert set(names[13].values()) == {9, 10}
    assert names[14].items() > names[13].items()
    assert names[14]["緑丘の石段"] == 13


def test_a_bend_that_nobody_can_see_is_left_out(db, tmp_path):
    """A street with a bend of 2 m in its middle: 2 m are 0.1 pixels at zoom 12 and 3.3 at zoom 16."""
    places = ((32.30, 136.5), (32.301, 136.50002), (32.302, 136.5))
    nodes = "".join(
        f'<node id="{n}" lat="{lat}" lon="{lon}"/>' for n, (lat, lon) in enumerate(places, start=1)
    )
    refs = "".join(f'<nd ref="{n}"/>' for n in (1, 2, 3))
    path = tmp_path / "bend.osm"
    path.write_text(
        f'<?xml version="1.0"?><osm version="0.6">{nodes}<way id="1">{refs}'
        '<tag k="highway" v="trunk"/></way></osm>'
    )
    intake.run_streets(db, house(FOREIGN), Delivery(path, tmp_path / "o"))
    corners = []
    for zoom in (12, 16):
        tile = tiles.get_tile(db, EVERYBODY, "basemap", *tile_at((136.5, 32.301), zoom))
        (street,) = mapbox_vector_tile.decode(tile)["roads"]["features"]
        corners.append(len(street["geometry"]["coordinates"]))
    assert corners == [2, 3]


# ── the import behind it ──


def counts(run):
    return (run.rows, run.added, run.changed, run.unchanged, run.missing, run.refused)


def in_use(db, noun="basemap"):
    return {town: value for town, _, value in versions.list_of_nouns(db, EVERYBODY, (noun,))}


def test_the_same_extract_again_changes_nothing(db, tmp_path):
    before = in_use(db)
    run = intake.run_streets(db, house(TOWN), Delivery(demo.STREETS, tmp_path))
    assert counts(run) == (234, 0, 0, 234, 0, 0)
    assert in_use(db) == before


def test_a_new_edition_takes_the_place_of_the_last_one(db, tmp_path):
    extract = tmp_path / "next.osm"
    nodes = "".join(f'<node id="{n}" lat="{32.50 + n / 1000}" lon="136.01"/>' for n in range(1, 4))
    extract.write_text(
        f'<?xml version="1.0"?><osm version="0.6">{nodes}<way id="1"><nd ref="1"/><nd ref="3"/>'
        '<tag k="highway" v="path"/></way></osm>',
        encoding="utf-8",
    )
    before = in_use(db)[TOWN]
    run = intake.run_streets(db, house(TOWN), Delivery(extract, tmp_path / "o"))
    assert counts(run) == (1, 0, 1, 0, 233, 0)
    assert in_use(db)[TOWN] == before + 1
    assert run.report["assumptions"] == ["coverage_hull"]
    assert basemap.find_extract(db, house(TOWN)).sha256 == run.sha256


def rows(db, table="basemap_line"):
    """Key → the row's place in the table, and the transaction that wrote it, of 碁盤町."""
    found = db.execute(
        text(f"select key, ctid, xmin from {table} where municipality = :code"), {"code": TOWN}
    )
    return {row.key: (row.ctid, row.xmin) for row in found}


def test_only_what_differs_is_written_anew(db, monkeypatch):
    """Blocks of three; of 89 lines one is renamed, one is gone, one is new: 87 rows stay in place."""
    monkeypatch.setattr(basemap, "BLOCK", 3)
    file, before = osm.read(demo.STREETS), rows(db)
    first, second, *others = file.lines
    lines = [replace(first, name="新しい名"), replace(second, key="w999999"), *others]
    swapped = basemap.save_edition(db, house(TOWN), lines, file.areas, file.points)
    assert (swapped.added, swapped.changed, swapped.missing) == (1, 1, 1)
    after = rows(db)
    assert len(after) == 89
    assert {key for key in after if after[key] != before.get(key)} == {first.key, "w999999"}
    assert before.keys() - after.keys() == {second.key}


def test_how_far_the_streets_are_known_is_kept_with_how_that_is_known(db, tmp_path):
    extract = basemap.find_extract(db, house(TOWN))
    assert (extract.made_of, extract.edition) == ("box", None)
    edge = demo.DATA / "boundaries/99001/N03-20240101_99001.geojson"
    run = intake.run_streets(db, house(TOWN), Delivery(demo.STREETS, tmp_path), edge)
    assert run.report["assumptions"] == ["coverage_file"]
    assert counts(run)[1:3] == (0, 0)
    assert basemap.find_extract(db, house(TOWN)).made_of == "file"
    assert in_use(db)[TOWN] == 2


def test_an_invented_town_does_not_speak_in_the_name_of_mappers(db, tmp_path):
    near = basemap.list_extracts_near(db, EVERYBODY, (136.0, 32.5, 136.1, 32.6))
    assert [(extract.publisher, extract.licence) for extract in near] == [
        ("Engawa（架空の町）", "CC0 1.0")
    ]
    assert basemap.list_extracts_near(db, EVERYBODY, (140.0, 40.0, 141.0, 41.0)) == []
    run = intake.run_streets(db, house("18207"), Delivery(demo.STREETS, tmp_path))
    assert run.report["source"]["publisher"] == "OpenStreetMap contributors"


def test_an_import_that_fails_leaves_the_map_as_it_was(own_house, tmp_path):
    from sqlalchemy.orm import Session  # noqa: PLC0415 - only here a real transaction is needed

    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(Path(demo.STREETS).read_bytes()[:-100])
    runner = own_house.test_cli_runner()
    answer = runner.invoke(
        args=["import", "streets", str(broken), "--municipality", TOWN], catch_exceptions=False
    )
    assert answer.exit_code == 1
    assert "途中で切れています" in answer.stderr
    with Session(own_house.extensions["engine"]) as db:
        assert in_use(db) == {TOWN: 1}
        assert seen(db, "basemap", 14)


def test_the_core_of_sabae_becomes_tiles(db, real, tmp_path):
    path = real / "sabae/osm/sabae_core.osm.pbf"
    run = intake.run_streets(db, house("18207"), Delivery(path, tmp_path))
    assert counts(run) == (2034, 2034, 0, 0, 0, 0)
    labels = seen(db, "basemap", 13, (136.188, 35.943))["road_labels"]
    assert "国道417号" in {label["name"] for label in labels}
    assert len(seen(db, "basemap", 16, (136.19, 35.94))["roads"]) > 10

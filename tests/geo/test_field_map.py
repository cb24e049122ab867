"""The base map that goes along: one file, whole, no larger than where one goes."""

import gzip
from datetime import UTC, datetime, timedelta

from pmtiles.reader import MmapSource, Reader
from sqlalchemy import text

from geo import field_map
from geo.records import tiles
from geo.scope import EVERYBODY, Role, house
from tests.conftest import TOWN


def test_the_file_has_the_tiles_of_everybodys_map(db, tmp_path):
    plan = field_map.plan(db, house(TOWN))
    path = field_map.make(db, house(TOWN), tmp_path)
    assert path == field_map.find(tmp_path, plan)
    with path.open("rb") as file:
        reader = Reader(MmapSource(file))
        header = reader.header()
        assert (header["min_zoom"], header["max_zoom"]) == (10, 16)
        packed = reader.get(15, *_at(plan, 15))
    assert gzip.decompress(packed) == tiles.get_tile(db, EVERYBODY, "basemap", 15, *_at(plan, 15))


def _at(plan, zoom):
    these = [tile for tile in plan.tiles if tile[0] == zoom]
    return these[len(these) // 2][1:]


def test_a_coordinator_takes_her_area_only(db, scope_of):
    hers, all_ = (
        field_map.plan(db, scope) for scope in (scope_of(Role.COORDINATOR_2), house(TOWN))
    )
    assert set(hers.tiles) < set(all_.tiles)
    assert hers.name != all_.name
    assert (
        hers.name.split("-")[0]
        == all_.name.split("-")[0]
        == tiles.get_version(db, EVERYBODY, "basemap")
    )


def test_a_large_place_goes_along_from_farther_away(db, monkeypatch):
    whole = field_map.plan(db, house(TOWN))
    monkeypatch.setattr(field_map, "MOST_TILES", len(whole.tiles) - 1)
    plan = field_map.plan(db, house(TOWN))
    assert plan.max_zoom == whole.max_zoom - 1
    assert plan.name != whole.name


def test_where_nobody_drew_anything_there_is_no_map(db):
    assert field_map.plan(db, house("13101")) is None


def test_old_maps_and_halves_go_and_the_current_one_stays(db, tmp_path):
    path = field_map.make(db, house(TOWN), tmp_path)
    for name in ("0123456789abcdef-0123456789abcdef.pmtiles", ".half"):
        (tmp_path / name).write_bytes(b"x")
    assert field_map.sweep(db, house(), tmp_path, datetime.now(UTC) - timedelta(days=1)) == 0
    assert field_map.sweep(db, house(), tmp_path, datetime.now(UTC) + timedelta(days=1)) == 2
    assert list(tmp_path.iterdir()) == [path]


def test_it_is_asked_of_the_worker_once(db):
    plan = field_map.plan(db, house(TOWN))
    field_map.ask(db, house(TOWN), plan)
    field_map.ask(db, house(TOWN), plan)
    jobs = db.execute(
        text("select args from procrastinate_jobs where task_name = 'field_map'")
    ).all()
    assert [row[0] for row in jobs] == [{"municipality": TOWN, "areas": None}]

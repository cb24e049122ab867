"""地図のタイル over HTTP: kept by whoever asked, packed, and never a page."""

import gzip

import mapbox_vector_tile
import pytest
from flask import url_for

from app import Settings, create_app
from geo.records import tiles, versions
from geo.scope import EVERYBODY, Role, house
from tests.conftest import FOREIGN, TOWN
from tests.routes.test_maps import page_data

TILE = "/tiles/basemap/13/7191/3312.mvt"


def test_a_tile_is_a_tile_that_anybody_may_keep_for_an_hour(client):
    answer = client.get(TILE)
    assert answer.status_code == 200
    assert answer.mimetype == "application/vnd.mapbox-vector-tile"
    assert answer.headers["Cache-Control"] == "public, max-age=3600, must-revalidate"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "roads" in mapbox_vector_tile.decode(answer.data)


def test_who_has_it_already_is_told_so_until_the_data_change(client, db):
    tag = client.get(TILE).headers["ETag"]
    assert client.get(TILE, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(TILE, headers={"If-None-Match": tag}).data == b""
    versions.raise_version(db, house(FOREIGN), "basemap")
    assert client.get(TILE, headers={"If-None-Match": tag}).status_code == 200


def named(client):
    """The address of the tile as pages write it, with the version."""
    return page_data(client.get(f"/map/{TOWN}"))["basemap"]["url"].format(z=13, x=7191, y=3312)


def test_a_tile_that_is_asked_for_by_its_version_may_be_kept_for_good(client):
    answer = client.get(named(client))
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.data == client.get(TILE).data
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(named(client), headers=tag).status_code == 304


def test_it_is_made_once_and_then_not_even_the_version_is_asked_for(client, monkeypatch):
    first = client.get(named(client))
    address = named(client)
    monkeypatch.setattr("geo.records.tiles.get_tile", None)
    monkeypatch.setattr("geo.records.tiles.get_version", None)
    assert client.get(address).data == first.data
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == first.data


def test_a_page_from_before_an_import_gets_the_new_tiles_but_not_for_good(client, db):
    before = named(client)
    assert "immutable" in client.get(before).headers["Cache-Control"]
    versions.raise_version(db, house(TOWN), "basemap")
    after = named(client)
    assert before != after
    assert "immutable" in client.get(after).headers["Cache-Control"]
    assert client.get(before).headers["Cache-Control"] == "public, max-age=3600, must-revalidate"


def test_resources_are_never_kept_for_good(client, db):
    """Their version is a number, and a restored backup counts again from where it was."""
    version = tiles.get_version(db, EVERYBODY, "resources")
    answer = client.get(f"/tiles/resources/12/3595/1656.mvt?v={version}")
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


def test_a_tile_travels_packed_to_who_can_unpack_it(client):
    packed = client.get(TILE, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == client.get(TILE).data
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_where_there_is_nothing_the_answer_is_empty(client):
    answer = client.get("/tiles/basemap/13/100/100.mvt")
    assert (answer.status_code, answer.data) == (204, b"")
    assert "ETag" in answer.headers


@pytest.mark.parametrize(
    "address",
    [
        "/tiles/nothing/13/7191/3312.mvt",
        "/tiles/basemap/13/8192/0.mvt",
        "/tiles/basemap/17/1/1.mvt",
        "/tiles/basemap/99999999999999999999/1/1.mvt",
        "/tiles/basemap/-1/0/0.mvt",
        "/tiles/basemap/1/0/x.mvt",
        "/tiles/basemap/1/0/0.png",
        "/tiles/%00/1/0/0.mvt",
        "/tiles/",
    ],
)
def test_an_address_that_means_nothing_is_never_answered_with_a_page(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer.data) == (404, b"")


def test_a_database_that_is_away_is_not_a_page_either(client, monkeypatch):
    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr("geo.records.tiles.get_tile", broken)
    monkeypatch.setattr(client.application, "testing", False)
    answer = client.get(TILE)
    assert (answer.status_code, answer.data) == (500, b"")


@pytest.mark.parametrize("layer", ["districts", "resources"])
def test_a_signed_in_reader_gets_the_same_tiles_as_everybody(client, sign_in_as, layer):
    address = f"/tiles/{layer}/12/3595/1656.mvt"
    public = client.get(address)
    private = sign_in_as(Role.OFFICIAL).get(address)
    assert (public.status_code, private.status_code) == (200, 200)
    assert public.data == private.data
    assert private.headers["Cache-Control"].startswith("public")
    assert "Cookie" not in private.headers["Vary"]


# ── what pages say of it ──


def test_a_map_says_where_its_tiles_are_and_who_made_them(client):
    basemap = page_data(client.get(f"/map/{TOWN}"))["basemap"]
    assert basemap["attribution"] == "Engawa（架空の町）"
    assert basemap["url"].startswith("/tiles/basemap/{z}/{x}/{y}.mvt?v=")
    answer = client.get(basemap["url"].format(z=13, x=7191, y=3312))
    assert answer.status_code == 200
    assert client.get(basemap["script"]).status_code == 200
    (south, west), (north, east) = basemap["bounds"]
    assert south < 32.5 < north
    assert west < 136.0 < east


def test_a_map_without_an_extract_asks_for_none(client):
    page = page_data(client.get(f"/map/{FOREIGN}"))
    assert (page["basemap"], page["raster"]) == (None, None)


def test_pages_of_an_area_and_of_a_resource_have_it_too(client, app, db):
    from tests.routes.examples import known  # noqa: PLC0415

    values = known(db)
    with app.test_request_context():
        addresses = [
            url_for("districts.show", district_id=values["district_id"]),
            url_for("resources.show", resource_id=values["resource_id"]),
        ]
    for address in addresses:
        assert page_data(client.get(address))["basemap"]["max_zoom"] == 16


def test_no_page_names_another_host_unless_the_installation_does(databases, tmp_path, client):
    policy = client.get(f"/map/{TOWN}").headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob:;" in policy
    other = create_app(
        Settings(
            var=tmp_path,
            database_url=databases.application,
            raster_url="https://tiles.example/{z}/{x}/{y}.png",
            raster_attribution="国土地理院",
        )
    )
    answer = other.test_client().get(f"/map/{TOWN}", buffered=True)
    other.extensions["engine"].dispose()
    assert (
        "img-src 'self' data: blob: https://tiles.example;"
        in answer.headers["Content-Security-Policy"]
    )
    assert page_data(answer)["raster"] == {
        "url": "https://tiles.example/{z}/{x}/{y}.png",
        "attribution": "国土地理院",
    }

"""/api/v1: what other programs rely on."""

import pytest
from shapely import Point
from shapely.geometry import shape

from geo.scope import Role
from geo.sources.model_town import corner_lonlat


def ask(client, **query):
    lon, lat = corner_lonlat(10, 20)
    words = {"lon": f"{lon:.7f}", "lat": f"{lat:.7f}"} | query
    return client.get("/api/v1/isochrones", query_string=words)


def test_bands_hold_what_lies_within_their_minutes(client):
    found = ask(client, profile="on_foot", minutes="5,10,15,20,30")
    assert found.status_code == 200
    assert found.json["type"] == "FeatureCollection"
    bands = {f["properties"]["minutes"]: shape(f["geometry"]) for f in found.json["features"]}
    assert list(bands) == [30, 20, 15, 10, 5]
    assert all(band.is_valid for band in bands.values())
    for minutes, band in bands.items():
        assert band.contains(Point(corner_lonlat(10 + minutes - 1, 20)))
        assert not band.contains(Point(corner_lonlat(10 + minutes + 1, 20)))


def test_an_answer_says_how_fast_one_walks_and_whose_streets_they_are(client):
    found = ask(client).json
    assert found["profile"]["metres_per_min"] == 80
    assert "公正競争規約" in found["profile"]["source"]
    assert found["sources"][0]["licence"]
    assert found["unknown_beyond_edge"] is False  # the data know three kilometres around the town


def test_at_the_edge_of_the_data_an_answer_says_that_it_may_lead_on(client):
    lon, lat = corner_lonlat(0, 40)
    assert ask(client, lon=lon, lat=lat, profile="bicycle").json["unknown_beyond_edge"] is True


def test_the_way_back_can_be_asked_for(client):
    there, back = ask(client, profile="car").json, ask(client, profile="car", reverse="1").json
    assert (there["reverse"], back["reverse"]) == (False, True)


@pytest.mark.parametrize(
    "query",
    [
        {"minutes": "600"},
        {"minutes": "7"},
        {"minutes": ""},
        {"profile": "teleport"},
        {"lon": "136.5"},
        {"lon": "x"},
        {"lon": "nan", "lat": "inf"},
        {"lon": "32.5", "lat": "136.0"},
        {"modifiers": "wings"},
    ],
)
def test_what_has_no_answer_is_refused_in_words(client, query):
    found = ask(client, **query)
    assert found.status_code == 422
    assert all(words.endswith("。") for words in found.json["problems"].values())


def test_staff_may_ask_for_any_minutes(sign_in_as):
    assert ask(sign_in_as(Role.OFFICIAL), minutes="7").status_code == 200

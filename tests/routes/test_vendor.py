"""Third-party files: what is allowed, and nothing beside it."""

import pytest


@pytest.mark.parametrize(
    "name", ["leaflet/leaflet-src.esm.js", "protomaps-leaflet/protomaps-leaflet.js"]
)
def test_what_maps_are_drawn_with_is_served_from_here(client, name):
    assert client.get(f"/static/vendor/{name}").status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "leaflet/package.json",
        "../package.json",
        "%2e%2e/package.json",
        "leaflet/dist/leaflet.js",
        "",
    ],
)
def test_nothing_else_of_the_modules_can_be_asked_for(client, name):
    assert client.get(f"/static/vendor/{name}").status_code == 404

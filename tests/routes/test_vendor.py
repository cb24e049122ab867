"""Third-party files: what is allowed, and nothing beside it."""

import pytest


def test_leaflet_is_served_from_here(client):
    assert client.get("/static/vendor/leaflet/leaflet-src.esm.js").status_code == 200


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

"""/field/: a page for everybody alike, what goes along, and a service worker for it alone."""

import gzip
import hashlib
import json
import re

import pytest

from geo import field_map
from geo.scope import Role
from tests.conftest import TOWN


@pytest.fixture
def coordinator(sign_in_as):
    return sign_in_as(Role.COORDINATOR_2)


def test_the_page_carries_nothing_of_anybody(sign_in_as):
    """It is kept on the telephone and may be opened by the next person: not one letter differs."""
    pages = set()
    for role in (Role.COORDINATOR_2, Role.OFFICIAL):
        page = sign_in_as(role).get("/field/")
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
        pages.add(re.sub(r'nonce="[^"]+"', "", page.text))
    assert len(pages) == 1
    assert "さくら" not in page.text
    assert "csrf" not in page.text


def test_it_is_for_who_may_write(client, sign_in_as):
    assert client.get("/field/").status_code == 302
    assert "next=%2Ffield%2F" in client.get("/field/").headers["Location"]
    assert sign_in_as(Role.VIEWER).get("/field/").status_code == 403


def test_the_worker_keeps_every_file_of_the_page_and_no_answer(coordinator):
    answer = coordinator.get("/field/worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/field/"
    kept = json.loads(re.match(r"const KEPT = (\{.*\})\n", answer.text)[1])
    assert kept["page"] == "/field/"
    assert "/static/js/field/page.js" in kept["files"]
    assert "/static/js/field/worker.js" not in kept["files"]
    for address in kept["files"]:
        assert coordinator.get(address).status_code == 200, address
        assert not address.startswith(
            ("/field/pack", "/field/drafts", "/field/token", "/field/tiles")
        )


def test_every_module_that_the_page_imports_is_kept(coordinator):
    """Else it would open everywhere but in the hall."""
    kept = json.loads(
        re.match(r"const KEPT = (\{.*\})\n", coordinator.get("/field/worker.js").text)[1]
    )
    for address in [name for name in kept["files"] if name.startswith("/static/js/field/")]:
        script = coordinator.get(address).text
        for name in re.findall(r"""(?:from|import\()\s*['"](\.[^'"]+)['"]""", script):
            parts = address.split("/")[:-1]
            for part in name.split("/"):
                parts = parts[:-1] if part == ".." else parts if part == "." else [*parts, part]
            assert "/".join(parts) in kept["files"], f"{address} imports {name}"


def test_the_manifest_names_pictures_that_are_there(client):
    answer = client.get("/field/manifest.webmanifest")
    manifest = json.loads(answer.text)
    assert answer.mimetype == "application/manifest+json"
    assert (manifest["name"], manifest["scope"], manifest["display"]) == (
        "えんがわ 現地記録",
        "/field/",
        "standalone",
    )
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).status_code == 200


def test_a_pack_that_the_device_has_is_not_sent_again(coordinator):
    first = coordinator.get("/field/pack")
    assert first.json["municipality"]["code"] == TOWN
    assert first.headers["Cache-Control"] == "no-store"
    again = coordinator.get("/field/pack", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    packed = coordinator.get("/field/pack", headers={"Accept-Encoding": "gzip"})
    assert json.loads(gzip.decompress(packed.data))["version"] == first.json["version"]
    assert len(packed.data) < len(first.data) / 2


def test_the_map_says_its_size_before_it_is_fetched_and_comes_in_parts(
    app, db, coordinator, scope_of
):
    making = coordinator.get("/field/map").json
    assert making["state"] == "making"
    assert making["online"]["url"].startswith("/tiles/basemap/"), "until then everybody's tiles"
    assert coordinator.get("/field/tiles.pmtiles").status_code == 404
    path = field_map.make(
        db, scope_of(Role.COORDINATOR_2), app.extensions["settings"].var / "field_maps"
    )
    try:
        state = coordinator.get("/field/map").json
        whole = coordinator.get(state["url"])
        assert (state["state"], state["bytes"]) == ("ready", len(whole.data))
        assert state["basemap"]["max_zoom"] == 16
        part = coordinator.get(state["url"], headers={"Range": "bytes=0-6"})
        assert (part.status_code, part.data) == (206, b"PMTiles")
        assert part.headers["Content-Range"] == f"bytes 0-6/{len(whole.data)}"
        assert hashlib.sha256(whole.data).digest() == hashlib.sha256(path.read_bytes()).digest()
    finally:
        path.unlink()

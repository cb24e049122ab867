"""What of node_modules may be asked for: the address of each file, and where it lies."""

from pathlib import Path

NODE_MODULES = Path(__file__).parents[1] / "node_modules"
FILES = {
    "leaflet/leaflet-src.esm.js": "leaflet/dist/leaflet-src.esm.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    # Its ES module names other packages, which no browser finds without a build: hence the classic one.
    "protomaps-leaflet/protomaps-leaflet.js": "protomaps-leaflet/dist/protomaps-leaflet.js",
    # Reads the map that goes along; the classic one for the same reason.
    "pmtiles/pmtiles.js": "pmtiles/dist/pmtiles.js",
    "idb/index.js": "idb/build/index.js",
    **{
        f"leaflet/images/{name}": f"leaflet/dist/images/{name}"
        for name in ("layers.png", "layers-2x.png", "marker-icon.png", "marker-shadow.png")
    },
}

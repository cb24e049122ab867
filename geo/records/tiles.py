"""地図のタイル (MVT): one SQL statement per layer, and the only place that picks their columns.

A column that is not selected here cannot leave the house by a tile. Tiles know no municipality and
no reader: they are what everybody may see, of every municipality, and so may be kept by anybody.
"""

import hashlib

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.errors import NotFound
from geo.records.versions import list_of_nouns
from geo.scope import EVERYBODY, Scope

# The deepest tile there is: 512 pixels wide, so streets 0.6 m to a pixel. Beyond, browsers enlarge.
MAX_ZOOM = 16
# 64 of 4096 units around each tile, so that no line ends visibly at its edge.
_BOX = """
    with box as materialized (
        select st_tileenvelope(:z, :x, :y) as tile,
               st_tileenvelope(:z, :x, :y, margin => 64.0 / 4096) as around,
               156543.034 / 2 / (1 << :z) as px_m
    )
"""


_TILE, _AROUND, _PX_M = (f"(select {name} from box)" for name in ("tile", "around", "px_m"))


def _layer(name: str, rows: str) -> str:
    """One layer of a tile; a row whose shape vanishes in the tile's grid is left out."""
    return f"(select st_asmvt(r, '{name}') from ({rows}) as r where geom is not null)"


def _in_tile(shape: str) -> str:
    return f"st_asmvtgeom({shape}, {_TILE}, 4096, 64) as geom"


def _kept(table: str, which: str, columns: str = "drawn, ") -> str:
    """Rows of the base map as they are kept, from their first zoom on."""
    seen = f"geom && {_AROUND} and min_zoom <= :z and {which}"
    return f"select {columns}{_in_tile('geom')} from basemap_{table} where {seen}"


_ROADS = """drawn in ('motorway', 'trunk', 'primary', 'secondary', 'tertiary', 'residential',
             'service', 'track', 'path', 'footway', 'steps', 'cycleway', 'pedestrian')"""
# Names along streets: the pieces of a street joined, straightened by 2.5 pixels (only lines that
# bend under 4 degrees are written along), in NFKC so that 国道４１７号 and 国道417号 are one.
_ROAD_LABELS = f"""
    select normalize(name, nfkc) as name, min(min_zoom) as rank,
           {_in_tile(f"st_simplify(st_linemerge(st_collect(geom)), {_PX_M} * 2.5)")}
    from basemap_line
    where geom && {_AROUND} and min_zoom <= :z and name <> '' and {_ROADS}
    group by 1 order by 2, 1
"""
# A place that two municipalities' extracts hold is written once; the first rows are written first.
_PLACES = f"""
    select drawn, name, min_zoom as rank, {_in_tile("geom")}
    from (select distinct on (key) * from basemap_point
          where geom && {_AROUND} and min_zoom <= :z order by key, municipality) as once
    order by min_zoom, name
"""
_COVERED = f"""
    select {_in_tile("st_transform(coverage, 3857)")} from street_extract
    where coverage && st_transform({_AROUND}, 4326)
"""
_BASEMAP = (
    _layer("covered", _COVERED),
    _layer("areas", _kept("area", "drawn not in ('water', 'building')")),
    _layer("water", _kept("area", "drawn = 'water'", "")),
    _layer("buildings", _kept("area", "drawn = 'building'", "")),
    _layer("streams", _kept("line", "drawn in ('river', 'stream', 'coast')")),
    _layer("rail", _kept("line", "drawn in ('rail', 'siding')")),
    _layer("roads", _kept("line", _ROADS)),
    _layer("road_labels", _ROAD_LABELS),
    _layer("places", _PLACES),
)
_DISTRICTS = f"""
    select id::text, number, municipality, level, code, name,
           {_in_tile("st_transform(geom, 3857)")}
    from district
    where valid_to is null and geom && st_transform({_AROUND}, 4326)
    order by number
"""
_RESOURCES = f"""
    select id::text, number, municipality, kind, name, place_shown,
           {_in_tile("st_transform(place, 3857)")}
    from resource_public
    where closed_on is null and merged_into is null and place && st_transform({_AROUND}, 4326)
    order by number
"""
# Layer → its statement, and the nouns whose versions say when it changes.
LAYERS = {
    "basemap": (_BOX + "select " + " || ".join(_BASEMAP), ("basemap",)),
    "districts": (_BOX + "select " + _layer("districts", _DISTRICTS), ("districts",)),
    "resources": (_BOX + "select " + _layer("resources", _RESOURCES), ("resources",)),
}


def get_tile(db: Session, _scope: Scope, layer: str, z: int, x: int, y: int) -> bytes:
    """One vector tile of a layer, the same for every reader. Empty bytes where there is nothing.

    Raises NotFound for a layer or a place that there is not.
    """
    _known(layer)
    if not (0 <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise NotFound(thing="tile", id=f"{layer}/{z}/{x}/{y}")
    statement = text(LAYERS[layer][0])
    return bytes(db.execute(statement, {"z": z, "x": x, "y": y}).scalar_one() or b"")


def get_version(db: Session, _scope: Scope, layer: str) -> str:
    """What every tile of a layer is made of, in sixteen letters: the data's versions and the
    statement itself. Raises NotFound for a layer that there is not."""
    _known(layer)
    statement, nouns = LAYERS[layer]
    parts = f"{list_of_nouns(db, EVERYBODY, nouns)}{statement}"
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def _known(layer: str) -> None:
    if layer not in LAYERS:
        raise NotFound(thing="tile", id=layer[:40])

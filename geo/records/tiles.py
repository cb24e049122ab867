"""地図のタイル (MVT): one SQL statement per layer and zoom, and the only place that picks their columns.

A column that is not selected here cannot leave the house by a tile. Tiles know no municipality and
no reader: they are what everybody may see, of every municipality, and so may be kept by anybody.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from geo.errors import NotFound
from geo.records.basemap import FIRST_ZOOM, StreetExtract
from geo.records.versions import list_of_nouns
from geo.scope import EVERYBODY, Scope

# The deepest tile there is: 512 pixels wide, so streets 0.6 m to a pixel. Beyond, browsers enlarge.
MAX_ZOOM = 16
_WORLD_PX_M = 156543.034 / 2  # metres of 3857 in a pixel of the tile of zoom 0 (512 pixels)
# Our choice: bends below a quarter of a pixel are left out (not in the deepest tiles, which are
# enlarged); of a city's tiles half the bytes remain.
_BEND_PX = 0.25
# Our choice, with STREET_NAMES in static/js/core/basemap.js: tile zoom from which names of streets
# are written, and up to which first zoom a street has its name there.
_NAMES_FROM = ((14, 16), (12, 10))
# 64 of 4096 units around each tile, so that no line ends visibly at its edge.
_BOX = """
    with box as materialized (
        select st_tileenvelope(:z, :x, :y) as tile,
               st_tileenvelope(:z, :x, :y, margin => 64.0 / 4096) as around
    )"""
_TILE, _AROUND = (f"(select {name} from box)" for name in ("tile", "around"))


def _layer(name: str, rows: str) -> str:
    """One layer of a tile; a row whose shape vanishes in the tile's grid is left out."""
    return f"(select st_asmvt(r, '{name}') from ({rows}) as r where geom is not null)"


def _in_tile(shape: str) -> str:
    return f"st_asmvtgeom({shape}, {_TILE}, 4096, 64) as geom"


_ROADS = (
    *("motorway", "trunk", "primary", "secondary", "tertiary", "residential", "service"),
    *("track", "path", "footway", "steps", "cycleway", "pedestrian"),
)
_BUILDINGS = ("building", "no_home")
_GROUND = tuple(drawn for drawn in FIRST_ZOOM["area"] if drawn not in ("water", *_BUILDINGS))
# Layer of the tile → kind of rows, their classes, columns; the lowest first.
_DRAWN: dict[str, tuple[str, tuple[str, ...], str]] = {
    "areas": ("area", _GROUND, "drawn, "),
    "water": ("area", ("water",), ""),
    "buildings": ("area", _BUILDINGS, ""),
    "streams": ("line", ("river", "stream", "coast"), "drawn, "),
    "rail": ("line", ("rail", "siding"), "drawn, "),
    "roads": ("line", _ROADS, "drawn, "),
}
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


def _basemap(zoom: int) -> str:
    """The base map of a zoom: each table is looked through once, and only where it has something."""
    px_m = _WORLD_PX_M / 2**zoom
    kept, layers = [], [_layer("covered", _COVERED)]
    for table in ("area", "line"):
        if zoom >= min(FIRST_ZOOM[table].values()):
            kept.append(_seen(table, "geom" if zoom == MAX_ZOOM else _plainer(px_m)))
    for name, (table, classes, columns) in _DRAWN.items():
        if zoom >= min(FIRST_ZOOM[table][drawn] for drawn in classes):
            rows = f"select {columns}shown as geom from seen_{table} where {_is(classes)}"
            layers.append(_layer(name, rows))
    rank = next((rank for first, rank in _NAMES_FROM if zoom >= first), None)
    if rank is not None:
        layers.append(_layer("road_labels", _road_labels(px_m, rank)))
    if zoom >= min(FIRST_ZOOM["point"].values()):
        layers.append(_layer("places", _PLACES))
    return f"{', '.join([_BOX, *kept])} select {' || '.join(layers)}"


def _is(classes: tuple[str, ...]) -> str:
    return "drawn in ({})".format(", ".join(f"'{drawn}'" for drawn in classes))


def _plainer(px_m: float) -> str:
    return f"st_simplify(geom, {px_m * _BEND_PX:.4f}, true)"


def _seen(table: str, shape: str) -> str:
    """The rows of a table that a tile shows. The zoom is written out: only then are those that are seen
    from afar found by an index of their own."""
    names = ", name, min_zoom, geom" if table == "line" else ""
    shown = _in_tile(shape).replace(" as geom", " as shown")
    return f"""seen_{table} as materialized (
        select drawn{names}, {shown} from basemap_{table}
        where geom && {_AROUND} and min_zoom <= :z
    )"""


def _road_labels(px_m: float, rank: int) -> str:
    """Names along streets: the pieces of a street joined, straightened by 2.5 pixels (only lines that
    bend under 4 degrees are written along), in NFKC so that 国道４１７号 and 国道417号 are one."""
    return f"""
        select normalize(name, nfkc) as name, min(min_zoom) as rank,
               {_in_tile(f"st_simplify(st_linemerge(st_collect(geom)), {px_m * 2.5:.4f})")}
        from seen_line where name <> '' and min_zoom <= {rank} and {_is(_ROADS)}
        group by 1 order by 2, 1
    """


@dataclass(frozen=True, slots=True)
class Layer:
    """statement  a zoom's, with x and y open; nouns: whose versions say when it changes;
    lasting  its version is never used again for other data, so its tiles may be kept for good
    """

    statement: Callable[[int], str]
    nouns: tuple[str, ...]
    lasting: bool = False


LAYERS = {
    "basemap": Layer(_basemap, ("basemap",), lasting=True),
    "districts": Layer(
        lambda _zoom: f"{_BOX} select {_layer('districts', _DISTRICTS)}", ("districts",)
    ),
    "resources": Layer(
        lambda _zoom: f"{_BOX} select {_layer('resources', _RESOURCES)}", ("resources",)
    ),
}


def get_tile(db: Session, _scope: Scope, layer: str, z: int, x: int, y: int) -> bytes:
    """One vector tile of a layer, the same for every reader. Empty bytes where there is nothing.

    Raises NotFound for a layer or a place that there is not.
    """
    _known(layer)
    if not (0 <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise NotFound(thing="tile", id=f"{layer}/{z}/{x}/{y}")
    return bytes(db.execute(_statement(layer, z), {"x": x, "y": y}).scalar_one() or b"")


def get_version(db: Session, _scope: Scope, layer: str) -> str:
    """What every tile of a layer is made of, in sixteen letters: the data's versions, the imports they
    are from, and the statements themselves. Raises NotFound for a layer that there is not."""
    _known(layer)
    parts = [str(list_of_nouns(db, EVERYBODY, LAYERS[layer].nouns)), _statements(layer)]
    if LAYERS[layer].lasting:  # numbers come again when a backup is restored, imports do not
        rows = db.execute(select(StreetExtract.intake).order_by(StreetExtract.municipality))
        parts.append(str([row[0] for row in rows]))
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]


@cache
def _statement(layer: str, zoom: int) -> TextClause:
    return text(LAYERS[layer].statement(zoom).replace(":z", str(zoom)))


@cache
def _statements(layer: str) -> str:
    whole = "".join(str(_statement(layer, zoom)) for zoom in range(MAX_ZOOM + 1))
    return hashlib.sha256(whole.encode()).hexdigest()


def _known(layer: str) -> None:
    if layer not in LAYERS:
        raise NotFound(thing="tile", id=layer[:40])

"""地域資源の点: a layer of points (GeoJSON, Shapefile, GeoPackage) as a table whose rows have a place.

Properties are columns, the geometry is the place whatever columns of 緯度 and 経度 say: those stay in the
datum of whoever typed them, and how far they lie off is told. A shape that is one building, a park
or a school ground counts by a point within it; lines and whole districts are refused.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import shapely

from geo.errors import Unreadable
from geo.sources import archives, geojson, municipal_columns, shapefile, vector
from geo.sources.datums import Convert
from geo.sources.delivery import RowError, tidy
from geo.sources.geojson import Feature, FeatureFile
from geo.sources.tangles import Patience

# our choice: 500 m x 500 m holds any school ground and most parks, and no 町 one could walk across
WIDEST_M2 = 250_000.0
METRES_PER_DEGREE = (
    111_320  # of latitude, on a sphere of 6,378 km; only to tell a park from a district
)
POINT_IN_POLYGON = "point_in_polygon"
COLUMNS_DIFFER = "columns_differ"
_FAR_M = 50.0  # our choice: beyond it two places are not one building
_MAGIC = (b"{", shapefile.MAGIC, b"SQLite format 3\0")
_ENDINGS = (".geojson", ".json", ".shp", ".dbf", ".shx", ".gpkg", ".kml", ".kmz")
Cells = tuple[str, ...]
Lonlat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a feature stands: lon, lat or None without a geometry, and what was done to have it."""

    lonlat: Lonlat | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PointLayer:
    """A layer as a table: ``headers`` are the names of its properties, in the order they come."""

    file: FeatureFile
    headers: tuple[str, ...]
    assumptions: tuple[str, ...]
    patience: Patience = field(default_factory=Patience, compare=False)

    def lines(self) -> Iterator[tuple[int, Cells]]:
        """(number of the feature from 1, its cells)."""
        for feature in self.file.features:
            yield feature.row, tuple(_cell(feature.properties.get(name)) for name in self.headers)

    def place(self, row: int) -> Place:
        """Where the feature of a row stands. Raises RowError: not_a_place, too_wide,
        no_geometry, bad_coordinates, too_tangled."""
        return _place(self.file.features[row - 1], self.file.convert, self.patience)


def is_layer(path: Path) -> bool:
    """Whether a file is a map's, by its first bytes or, where they say nothing, by its name.

    Raises Unreadable: the reasons of archives.members.
    """
    head = _head(path)
    if head.startswith(b"PK\x03\x04"):
        names = [member.name for member in archives.members(path)]
        return "[Content_Types].xml" not in names
    is_known = head.startswith(_MAGIC) or path.suffix.casefold() in _ENDINGS
    return is_known or _is_kml(head)


def read(path: Path, layer: str = "", crs: str = "") -> PointLayer:
    """Read a layer. Raises Unreadable: is_kml and the reasons of vector.read_features."""
    if _is_kml(_head(path)) or path.suffix.casefold() == ".kmz":
        raise Unreadable(reason="is_kml")
    file = vector.read_features(path, layer=layer, crs=crs, wanted=shapefile.POINTS)
    headers = tuple(dict.fromkeys(name for one in file.features for name in one.properties))
    return PointLayer(file, headers, (*file.assumptions, *_differing(file, headers)))


def _head(path: Path) -> bytes:
    """The first bytes without a mark and spaces; none where there is no such file."""
    if not path.is_file():
        return b""
    try:
        with path.open("rb") as file:
            return file.read(1000).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError:
        return b""


def _is_kml(head: bytes) -> bool:
    return head.startswith(b"<") and b"<kml" in head


def _cell(value: object) -> str:
    """A property as a cell reads: 5 for 5.0, nothing for null, lists as JSON would be no cell."""
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return tidy(str(value))


def _place(feature: Feature, convert: Convert | None, patience: Patience) -> Place:
    if feature.geometry is None:
        return Place(None, ())
    try:
        return Place(geojson.point(feature.geometry, convert), ())
    except RowError as problem:
        if problem.reason != "not_a_point":
            raise
    shapes, others = geojson.polygons(feature.geometry, convert)
    if others or not shapes:
        raise RowError("not_a_place")
    if len(shapes) > 1 or not shapes[0].is_valid:
        patience.spend(shapes)
    try:
        shape = shapely.union_all([shapely.make_valid(one) for one in shapes])
        inside = shape.representative_point()
    except shapely.GEOSException:
        raise RowError("bad_coordinates") from None
    if inside.is_empty:
        raise RowError("no_geometry")
    area_m2 = shape.area * METRES_PER_DEGREE**2 * math.cos(math.radians(inside.y))
    if area_m2 > WIDEST_M2:
        raise RowError("too_wide", f"{area_m2 / 1e6:.2f}km2")
    return Place((inside.x, inside.y), (POINT_IN_POLYGON,))


def _differing(file: FeatureFile, headers: tuple[str, ...]) -> list[str]:
    """columns_differ=metres, where columns of 緯度 and 経度 lie far from the geometry."""
    at = municipal_columns.places([municipal_columns.plain_name(name) for name in headers])
    if not {"lon", "lat"} <= at.keys():
        return []
    farthest = 0.0
    for feature in file.features:
        try:
            lon, lat = geojson.point(feature.geometry, file.convert)
            said = [float(_cell(feature.properties.get(headers[at[f]]))) for f in ("lon", "lat")]
        except (RowError, ValueError):
            continue
        east = (said[0] - lon) * math.cos(math.radians(lat))
        distance_m = math.hypot(east, said[1] - lat) * METRES_PER_DEGREE
        farthest = max(farthest, distance_m) if math.isfinite(distance_m) else farthest
    return [f"{COLUMNS_DIFFER}={farthest:.0f}"] if farthest > _FAR_M else []

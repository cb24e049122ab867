"""区域のかたち: polygons as delivered become one valid MultiPolygon in Japan, or a reason why not.

Rings that cross themselves are common in hand-drawn districts. They are repaired, and the
report says by how many square metres that changed the area, so that a large repair is seen.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo import crs
from geo.sources.delivery import RowError, where_in_japan
from geo.sources.tangles import Patience


def one_area(
    polygons: Sequence[BaseGeometry], others: int, zone: int, patience: Patience | None = None
) -> tuple[MultiPolygon, tuple[str, ...]]:
    """All polygons of one feature as a valid MultiPolygon in lon, lat, and what was done to it.

    others  points and lines that came with them and are left out
    zone    plane zone in which the change of area is measured
    patience  what the file it comes from has left

    Notes: ``parts_dropped=n``; ``made_valid=m2`` with the change of area in square metres.
    Raises RowError: not_a_polygon, no_geometry, swapped_axes, outside_japan, no_area,
    cannot_repair, too_tangled.
    """
    if not polygons:
        raise RowError("not_a_polygon" if others else "no_geometry")
    area = shapely.multipolygons(list(polygons))
    reason = where_in_japan(*area.bounds)
    if reason:
        raise RowError(reason, "{:.5f},{:.5f},{:.5f},{:.5f}".format(*area.bounds))
    notes = [f"parts_dropped={others}"] if others else []
    if not area.is_valid:
        (patience or Patience()).spend([area])
        repaired = _repaired(area)
        notes.append(f"made_valid={area_m2(repaired, zone) - area_m2(area, zone):+.1f}")
        area = repaired
    return area, tuple(notes)


def merged(areas: Sequence[MultiPolygon], patience: Patience | None = None) -> MultiPolygon:
    """Several features of one district as one: touching parts are joined, islands stay. Raises
    RowError: too_tangled."""
    (patience or Patience()).spend(areas)
    return _multi(shapely.union_all(list(areas)))


def area_m2(area: BaseGeometry, zone: int) -> float:
    """Square metres in the plane zone. A ring that crosses itself counts by its signed loops."""

    def plane(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        return crs.to_plane_m(lonlat, zone)

    return float(shapely.transform(area, plane).area)


def _repaired(area: MultiPolygon) -> MultiPolygon:
    """Valid, by GEOS' "structure": land that two parts share stays, "linework" cuts a hole there."""
    try:
        repaired = _multi(shapely.make_valid(area, method="structure", keep_collapsed=False))
    except shapely.GEOSException:  # rings so tangled that no hole can be given to a shell
        raise RowError("cannot_repair") from None
    if repaired.is_empty:
        raise RowError("no_area")
    return repaired


def _multi(area: BaseGeometry) -> MultiPolygon:
    """Its polygons; lines that a repair left over (two rings that fell into one) are dropped."""
    parts = shapely.get_parts(shapely.get_parts(area))
    return MultiPolygon([part for part in parts if part.geom_type == "Polygon"])

"""Areas as paths of one small drawing, for maps that need no script: a page of many of them is printed as it is."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

from geo.records.districts import DistrictShape

WIDE = 100.0  # of the drawing, in its own units; it is as high as the areas are


def drawing(shapes: Iterable[DistrictShape]) -> dict[str, Any]:
    """{width, height, paths: [{id, d}]}: areas with an outline in lon-lat, drawn so that metres east and north are
    as long (equirectangular about their middle; a municipality is small enough). No shapes: no paths."""
    known = [shape for shape in shapes if shape.geojson]
    points = [point for shape in known for ring in _rings(shape.geojson) for point in ring]
    if not points:
        return {"width": WIDE, "height": WIDE, "paths": []}
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrower = math.cos(math.radians((south + north) / 2))
    scale = WIDE / max((east - west) * narrower, 1e-9)

    def path(geometry: Any) -> str:
        return "".join(
            "M"
            + "L".join(
                f"{(lon - west) * narrower * scale:.1f} {(north - lat) * scale:.1f}"
                for lon, lat in ring[:-1]
            )
            + "Z"
            for ring in _rings(geometry)
        )

    paths = [{"id": str(shape.id), "d": path(shape.geojson)} for shape in known]
    return {"width": WIDE, "height": round((north - south) * scale, 1), "paths": paths}


def _rings(geometry: Any) -> Iterator[list[list[float]]]:
    parts = geometry["coordinates"]
    for part in [parts] if geometry["type"] == "Polygon" else parts:
        yield from part

"""標高のGeoTIFF: an elevation model as converters write it, read by GDAL in a child process.

Quirks: few say which model they were made of, but many in their name; "no data" is what the file says, and
-9999 whatever it says; a system that is not said is taken for degrees where the corner is in Japan.
"""

import base64
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from geo import crs
from geo.errors import Unreadable
from geo.sources import apart, datums, dem_tiff_child
from geo.sources.delivery import RowError, where_in_japan
from geo.sources.dem_gml import (
    COARSEST_M,
    M_PER_DEGREE,
    TileRead,
    kind_by_name,
    kind_by_size,
    known,
)
from geo.streets.terrain import DEGREES, HeightTile

LIMIT_MB = 300
MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_DEGREES = (4326, 4612, 6668)
_PLANES = {
    **{code: code for code in range(6669, 6688)},
    **{code: code + 4226 for code in range(2443, 2462)},
}
_DAY = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")


def read(path: Path, name: str) -> TileRead:
    """The one tile of a GeoTIFF. ``name`` as delivered.

    Raises RowError: the reasons of ``dem_tiff_child.answer`` and ``apart.read``, crs_not_supported,
    cells_too_coarse, swapped_axes, outside_japan.
    """
    try:
        with apart.private_folder() as folder:
            own = folder / "heights.tif"
            shutil.copyfile(path, own)
            question = {"path": str(own)}
            module = dem_tiff_child.__name__
            lines = apart.read(module, question, folder, dem_tiff_child.environment())
            head = next(lines, None)
            if head is None:
                raise RowError("cannot_read", name)
            blocks = [np.frombuffer(base64.b64decode(line), np.float32) for line in lines]
    except Unreadable as error:
        raise RowError(str(error.facts["reason"]), name) from None
    height_m = np.concatenate([np.zeros(0, np.float32), *blocks])
    if len(height_m) != head["rows"] * head["cols"]:
        raise RowError("cannot_read", name)
    epsg, datum = _system(head, name)
    _check_place(head, epsg, name)
    cell_m = head["cell_y"] * (M_PER_DEGREE if epsg == DEGREES else 1.0)
    if cell_m > COARSEST_M:
        raise RowError("cells_too_coarse", name)
    said = _DAY.search(name)
    tile = HeightTile(
        kind=kind_by_name(name) or kind_by_size(cell_m),
        name=name,
        made="-".join(said.groups()) if said else "",
        epsg=epsg,
        **{side: head[side] for side in ("west", "north", "cell_x", "cell_y")},
        height_m=known(height_m.reshape(head["rows"], head["cols"])),
    )
    return TileRead(tile, 0, datum)


def _system(head: dict[str, Any], name: str) -> tuple[int, str]:
    """EPSG of the tile, and how its datum is called: jgd2000, jgd2011, or "" where nothing is said."""
    epsg = head["epsg"]
    if not head["crs"]:
        return DEGREES, ""
    if epsg in _DEGREES:
        return DEGREES, "jgd2000" if epsg == 4612 else "jgd2011"
    if epsg in _PLANES:
        return _PLANES[epsg], "jgd2011" if epsg == _PLANES[epsg] else "jgd2000"
    if epsg == crs.MERCATOR:
        return crs.MERCATOR, "jgd2011"
    raise RowError("crs_not_supported", f"{name} {epsg or ''}")


def _check_place(head: dict[str, Any], epsg: int, name: str) -> None:
    east = head["west"] + head["cols"] * head["cell_x"]
    south = head["north"] - head["rows"] * head["cell_y"]
    corners = np.array([[head["west"], south], [east, head["north"]]])
    if epsg == crs.MERCATOR:
        corners = datums.of("EPSG:3857").convert(corners)  # type: ignore[misc]  # 3857 is converted
    elif epsg != DEGREES:
        corners = crs.to_lonlat(corners, epsg - DEGREES)
    if why := where_in_japan(*corners[0].tolist(), *corners[1].tolist()):
        raise RowError(why, name)

"""GDAL の部屋（画像）: what runs in the child process of ``apart`` to read a GeoTIFF of heights.

rasterio is told to try GDAL's driver for GeoTIFF and no other: a file that is none of its cannot make
GDAL open something else, and nothing that lies beside the file is looked at.
"""

import base64
from collections.abc import Iterator
from typing import Any

from geo.errors import Unreadable
from geo.sources import apart

CELLS = 60_000_000  # our choice: 240 MB of float32; DEM5A of five 2次メッシュ
_ROWS = 256  # at once
_KINDS = ("int16", "uint16", "int32", "uint32", "float32", "float64")


def environment() -> dict[str, str]:
    """GDAL's settings for one reading."""
    return {
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_HTTP_TIMEOUT": "1",
        "GDAL_HTTP_MAX_RETRY": "0",
        "GDAL_HTTP_PROXY": "127.0.0.1:9",  # nobody listens there
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
        "GDAL_PAM_ENABLED": "NO",
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
        "GDAL_CACHEMAX": "64",
        "GDAL_NUM_THREADS": "1",
    }


def answer(question: dict[str, Any]) -> Iterator[Any]:
    """The head, then blocks of rows from the north as float32 in base64, NaN where unknown.

    Head: rows, cols, west, north, cell_x, cell_y, epsg (None where unsaid), crs (as GDAL says it).
    Raises Unreadable: not_a_tiff, not_heights, too_many_cells, turned_raster.
    """
    import numpy as np  # noqa: PLC0415 after the limits
    import rasterio  # noqa: PLC0415 not in the house's own process
    from rasterio.errors import RasterioError  # noqa: PLC0415
    from rasterio.windows import Window  # noqa: PLC0415

    try:
        file = rasterio.open(question["path"], driver="GTiff")
    except RasterioError:
        raise Unreadable(reason="not_a_tiff") from None
    with file:
        turn = file.transform
        if file.count != 1 or file.dtypes[0] not in _KINDS:
            raise Unreadable(reason="not_heights")
        if file.width * file.height > CELLS:
            raise Unreadable(reason="too_many_cells", limit=CELLS)
        if turn.b or turn.d or turn.a <= 0 or turn.e >= 0 or not np.isfinite(turn[:6]).all():
            raise Unreadable(reason="turned_raster")
        yield {
            "rows": file.height,
            "cols": file.width,
            **{"west": turn.c, "north": turn.f, "cell_x": turn.a, "cell_y": -turn.e},
            "epsg": _epsg(file.crs),
            "crs": file.crs.to_wkt()[:200] if file.crs else "",
        }
        for start in range(0, file.height, _ROWS):
            rows = min(_ROWS, file.height - start)
            try:
                read = file.read(1, window=Window(0, start, file.width, rows), masked=True)
            except RasterioError:
                raise Unreadable(reason="truncated") from None
            scaled = read.astype(np.float64) * file.scales[0] + file.offsets[0]
            block = scaled.filled(np.nan).astype(np.float32)
            yield base64.b64encode(block.tobytes()).decode()


def _epsg(system: Any) -> int | None:
    """The EPSG code of what GDAL says, as far as PROJ recognises it."""
    from pyproj import CRS  # noqa: PLC0415
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    if not system:
        return None
    try:
        return CRS.from_user_input(system.to_wkt()).to_epsg(min_confidence=25)
    except CRSError:
        return None


if __name__ == "__main__":
    apart.speak(answer)

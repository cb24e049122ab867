"""GDAL の部屋: what runs in the child process of ``apart`` to read a Shapefile or a GeoPackage.

Every driver but the two is switched off before GDAL starts, and it is checked that they are: with
VRT, WFS, HTTP … a file could make GDAL read other files or ask other machines.
"""

import base64
import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from geo.errors import Unreadable
from geo.sources import apart

ALLOWED = {"ESRI Shapefile", "GPKG"}
FEATURES = 500_000  # our choice: twice the 町丁・字等 of the country
VIEWS_IGNORED = "views_ignored"

# All others of pyogrio 0.13.0 (GDAL 3.12). One more in a later release fails the check below.
_SWITCHED_OFF = (
    "MEM,PCIDSK,PDS4,VICAR,PDF,MBTiles,EEDA,OGCAPI,GDALG,MapInfo File,LVBAG,S57,DGN,OGR_VRT,CSV,"
    "GML,GPX,LIBKML,KML,GeoJSON,GeoJSONSeq,ESRIJSON,TopoJSON,OGR_GMT,SQLite,WAsP,OpenFileGDB,DXF,"
    "FlatGeobuf,GeoRSS,VFK,PGDUMP,OSM,GPSBabel,OGR_PDS,WFS,OAPIF,EDIGEO,Idrisi,ODS,XLSX,"
    "Elasticsearch,Carto,AmigoCloud,SXF,Selafin,JML,PLSCENES,CSW,VDV,MVT,NGW,MapML,GTFS,PMTiles,"
    "JSONFG,MiraMonVector,ADBC,AVCBin,AVCE00,AIVector,HTTP"
)


def environment(question: dict[str, Any]) -> dict[str, str]:
    """GDAL's settings for one reading."""
    return {
        "GDAL_SKIP": _SWITCHED_OFF,
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_HTTP_TIMEOUT": "1",
        "GDAL_HTTP_MAX_RETRY": "0",
        "GDAL_HTTP_PROXY": "127.0.0.1:9",  # nobody listens there: no driver left should ask
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
        "GDAL_PAM_ENABLED": "NO",  # no .aux.xml beside a file is looked for
        "GDAL_CACHEMAX": "64",
        "GDAL_NUM_THREADS": "1",
        "OGR_SQLITE_LOAD_EXTENSIONS": "",
        "OGR_SQLITE_PRAGMA": "trusted_schema=OFF,query_only=ON",
        "SHAPE_RESTORE_SHX": "YES" if question["rebuild_shx"] else "NO",
    }


def answer(question: dict[str, Any]) -> Iterator[Any]:
    """The head, then [cells, WKB in base64] for each feature.

    Head: layer, fields, texts ("bytes" one sign a byte, or "utf-8"), epsg, crs (as GDAL says it),
    bounds, assumptions. Raises Unreadable: not_a_geopackage, no_layer, several_layers,
    layer_is_a_view, too_many_features.
    """
    import numpy as np  # noqa: PLC0415 after the limits
    import pyogrio  # noqa: PLC0415 not in the house's own process
    from pyogrio.raw import read  # noqa: PLC0415

    strangers = set(pyogrio.list_drivers()) - ALLOWED
    if strangers:
        raise RuntimeError(f"GDAL knows more formats than it should: {sorted(strangers)}")
    is_shapefile = question["driver"] == "ESRI Shapefile"
    path, layer = question["path"], question["layer"]
    assumptions: list[str] = []
    if not is_shapefile:
        layer, assumptions = _table(path, layer)
        path = f"GPKG:{path}"
    texts = "ISO-8859-1" if is_shapefile else "utf-8"  # GDAL knows no "latin-1"
    many = pyogrio.read_info(path, layer=layer, encoding=texts, force_feature_count=True)
    if many["features"] > FEATURES:
        raise Unreadable(reason="too_many_features", limit=FEATURES)
    meta, _, shapes, columns = read(
        path, layer=layer, encoding=texts, force_2d=True, datetime_as_string=True
    )
    yield {
        "layer": layer or "",
        "fields": [str(field) for field in meta["fields"]],
        "texts": "bytes" if is_shapefile else "utf-8",
        "epsg": _epsg(meta["crs"]),
        "crs": meta["crs"] or "",
        "bounds": _bounds(shapes),
        "assumptions": assumptions,
    }
    columns = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns]
    for row, wkb in enumerate(shapes if shapes is not None else []):
        cells = [_cell(column[row]) for column in columns]
        yield [cells, base64.b64encode(wkb).decode() if wkb is not None else None]


def _table(path: str, wanted: str | None) -> tuple[str, list[str]]:
    """The table of features to read. Views are left alone: a view is a program."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as db:
            db.execute("pragma trusted_schema = off")
            said = db.execute(
                "select c.table_name, m.type from gpkg_contents c"
                " join sqlite_master m on m.name = c.table_name"
                " where c.data_type = 'features' order by c.table_name"
            ).fetchall()
    except (sqlite3.Error, UnicodeError):
        raise Unreadable(reason="not_a_geopackage") from None
    found = [(str(name), kind) for name, kind in said if wanted in (None, name)]
    tables = [name for name, kind in found if kind == "table"]
    if not tables:
        raise Unreadable(reason="layer_is_a_view" if found else "no_layer")
    if len(tables) > 1:
        raise Unreadable(reason="several_layers", layers=tables[:50])
    return tables[0], [VIEWS_IGNORED] if len(found) > 1 else []


def _epsg(crs: str | None) -> int | None:
    """The EPSG code of what GDAL says, as far as PROJ recognises it."""
    from pyproj import CRS  # noqa: PLC0415
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    if not crs:
        return None
    try:
        return CRS.from_user_input(crs).to_epsg(min_confidence=25)
    except CRSError:
        return None


def _bounds(shapes: Any) -> list[float]:
    """West, south, east, north in the file's own units; empty when nothing can be drawn."""
    import numpy as np  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    if shapes is None or not len(shapes):
        return []
    box = shapely.total_bounds(shapely.from_wkb(shapes, on_invalid="ignore"))
    return [float(end) for end in box] if np.isfinite(box).all() else []


def _cell(value: object) -> object:
    """A cell as JSON has it; NaN is how numpy says that a number is missing."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bool | int | str) or value is None:
        return value
    return str(value)


if __name__ == "__main__":
    apart.speak(answer)

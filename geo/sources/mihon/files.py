"""Files as offices save them, always the same bytes: no clock, no machine in them."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyogrio
import shapely
from openpyxl import Workbook
from shapely.geometry.base import BaseGeometry

from geo.sources.mihon.places import LICENCE, PUBLISHER
from geo.sources.mihon.plane import on_globe

Properties = Mapping[str, str | float | None]
Feature = tuple[Properties, BaseGeometry]  # its shape still on the sheet

_ZIP_TIME = (2026, 10, 1, 0, 0, 0)
_XLSX_TIME = b"2026-10-01T00:00:00Z"
JGD2011 = "EPSG:6668"


def geojson_bytes(name: str, features: Iterable[Feature], crs_code: int = 6668) -> bytes:
    """One feature a line, as ogr2ogr writes it."""
    head = {
        "type": "FeatureCollection",
        "name": name,
        "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs_code}"}},
        "publisher": PUBLISHER,
        "licence": LICENCE,
    }
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": dict(properties),
                "geometry": shapely.geometry.mapping(oriented(on_globe(shape))),
            },
            ensure_ascii=False,
        )
        for properties, shape in features
    ]
    members = [f"{json.dumps(key)}: {json.dumps(head[key], ensure_ascii=False)}," for key in head]
    return "\n".join(["{", *members, '"features": [', ",\n".join(lines), "]", "}", ""]).encode()


def oriented(shape: BaseGeometry) -> BaseGeometry:
    """Areas anticlockwise, as RFC 7946 asks."""
    return shapely.orient_polygons(shape)


def shapefile_zip(name: str, features: Sequence[Feature], extra: Mapping[str, bytes]) -> bytes:
    """A zipped shapefile in cp932 with JGD2011, as the ministry delivers it."""
    fields = list(features[0][0])
    columns: list[np.ndarray] = [
        np.array([properties[field] for properties, _ in features], dtype=_dtype(features, field))
        for field in fields
    ]
    shapes = shapely.orient_polygons([on_globe(shape) for _, shape in features], exterior_cw=True)
    with TemporaryDirectory() as folder:
        pyogrio.raw.write(
            Path(folder) / f"{name}.shp",
            geometry=shapely.to_wkb(shapes),
            field_data=columns,
            fields=fields,
            crs=JGD2011,
            geometry_type="Polygon",
            driver="ESRI Shapefile",
            encoding="cp932",
            layer_options={"DBF_DATE_LAST_UPDATE": "2026-10-01"},
        )
        parts = {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}
    return zip_bytes({**parts, **extra})


def _dtype(features: Sequence[Feature], field: str) -> type:
    return float if isinstance(features[0][0][field], int | float) else object


def zip_bytes(parts: Mapping[str, bytes]) -> bytes:
    """A zip of these files with one fixed time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # or the zip would tell Windows from the rest
            archive.writestr(entry, content)
    return packed.getvalue()


def csv_bytes(
    header: Sequence[str], rows: Iterable[Sequence[object]], encoding: str, delimiter: str = ","
) -> bytes:
    """A table as Excel saves it: CRLF line ends."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n", delimiter=delimiter)
    table.writerow(header)
    table.writerows(rows)
    if encoding == "utf-16":
        return text.getvalue().encode("utf-16-le").join([b"\xff\xfe", b""])
    return text.getvalue().encode(encoding)


def xlsx_bytes(book: Workbook) -> bytes:
    """A workbook without the time of its saving."""
    saved = io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = re.sub(
        rb">\d{4}-\d\d-\d\dT[\d:]+Z<", b">" + _XLSX_TIME + b"<", parts["docProps/core.xml"]
    )
    return zip_bytes({**parts, "docProps/core.xml": core})

"""Vector files written by hand and by GDAL for tests: whole ones, and ones made to do harm."""

import sqlite3
import struct
import zipfile
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely

PRJ = {
    6668: 'GEOGCS["GCS_JGD_2011",DATUM["D_JGD_2011",SPHEROID["GRS_1980",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]',
}


def box(west=136.0, south=35.0, size=0.01):
    return shapely.box(west, south, west + size, south + size)


def write(path: Path, rows, epsg=6668, encoding="UTF-8", layer=None) -> Path:
    """rows: [(properties, shape)] -> a Shapefile or a GeoPackage by the path's ending."""
    fields = list(rows[0][0])
    columns = [
        np.array([properties[field] for properties, _ in rows], dtype=object) for field in fields
    ]
    kinds = {shape.geom_type for _, shape in rows}
    pyogrio.raw.write(
        path,
        np.array([shapely.to_wkb(shape) for _, shape in rows], dtype=object),
        columns,
        fields,
        geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown",
        crs=f"EPSG:{epsg}" if epsg else None,
        encoding=encoding if path.suffix == ".shp" else None,
        layer=layer,
        append=path.exists(),
    )
    return path


def zipped(path: Path, *files: Path, inside: str = "") -> Path:
    """The files, or all of a Shapefile's, in one archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for file in files:
            for part in sorted(file.parent.glob(f"{file.stem}.*")):
                if part != path:
                    pack.write(part, inside + part.name)
    return path


def bomb(path: Path, megabytes: int) -> Path:
    """Zeros that shrink a thousandfold, called a Shapefile."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("a.shp", b"\0" * (megabytes * 1_000_000))
    return path


def add_trap(path: Path) -> None:
    """A trigger on every table that forgets all features, and a view that calls for help."""
    with sqlite3.connect(path) as db:
        (table,) = db.execute("select table_name from gpkg_contents").fetchone()
        db.execute(
            f'create trigger trap after update on "{table}" begin delete from "{table}"; end'
        )
        db.execute(
            f"create view seen as select load_extension('/tmp/evil') as fid, geom from \"{table}\""
        )
        db.execute(
            "insert into gpkg_contents (table_name, data_type, identifier, srs_id)"
            " values ('seen', 'features', 'seen', 4326)"
        )
        db.execute(
            "insert into gpkg_geometry_columns values ('seen', 'geom', 'GEOMETRY', 4326, 0, 0)"
        )
    db.close()


def says_longer(shp: Path) -> None:
    """A header that promises twice the bytes there are."""
    raw = bytearray(shp.read_bytes())
    struct.pack_into(">i", raw, 24, len(raw))
    shp.write_bytes(raw)

"""地図のファイル: GeoJSON, Shapefile, zipped Shapefile and GeoPackage, all as the same features.

What a file is, its first bytes say, not its name: a GDAL VRT called .shp is no Shapefile. GeoJSON
is read by Python's json; the two binary formats by GDAL in a child process (``vector_child``),
which knows these two drivers only and works on a copy in a private folder.
"""

import base64
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geo.errors import Unreadable
from geo.sources import apart, archives, datums, geojson, shapefile, vector_child
from geo.sources.archives import Member
from geo.sources.datums import Datum
from geo.sources.geojson import Feature, FeatureFile

LIMIT_MB = geojson.LIMIT_MB
_GEOPACKAGE = b"SQLite format 3\0"
_ZIP = b"PK\x03\x04"
_FORMATS = {
    ".shp": "not_a_shapefile",
    ".gpkg": "not_a_geopackage",
    ".zip": "not_a_zip",
    ".dbf": "give_the_shp",
    ".shx": "give_the_shp",
}
_STEM = "layer"  # every copy in a private folder is called so
_DEGREES = 361.0  # a coordinate beyond it is in metres


def read_features(
    path: Path,
    *,
    layer: str = "",
    crs: str = "",
    wanted: tuple[int, ...] = shapefile.POLYGONS,
) -> FeatureFile:
    """Read the features of a file.

    layer   which Shapefile of an archive, which table of a GeoPackage, where there are several
    crs     "EPSG:n" where the person who imports knows better than the file
    wanted  shape types: of several Shapefiles in an archive the one that holds such

    Raises Unreadable: the reasons of geojson.read_features, archives.members, shapefile.look_over
    and apart.read, and give_the_shp, not_a_shapefile, not_a_geopackage, no_layer,
    several_layers (with ``layers``), no_prj_metres, crs_not_supported.
    """
    head = _head(path)
    if head.startswith(_ZIP):
        return _archive(path, layer, crs, wanted)
    if head.startswith(_GEOPACKAGE):
        with apart.private_folder() as folder:
            return _geopackage(path, folder, path.stem, layer, crs)
    if head.startswith(shapefile.MAGIC):
        with apart.private_folder() as folder:
            for ending, part in siblings(path).items():
                _copy(part, folder / f"{_STEM}{ending}")
            return _shapefile(folder, path.stem, crs)
    if path.suffix.casefold() in _FORMATS:
        raise Unreadable(reason=_FORMATS[path.suffix.casefold()])
    return geojson.read_features(path, crs)


def siblings(path: Path) -> dict[str, Path]:
    """Ending -> file, of the files that make up one Shapefile, whatever case their endings have."""
    found = {path.suffix.casefold(): path}
    for beside in sorted(path.parent.iterdir()):
        ending = beside.suffix.casefold()
        if beside.stem == path.stem and ending in shapefile.PARTS and beside.is_file():
            found.setdefault(ending, beside)
    return found


def packed(path: Path, folder: Path) -> Path:
    """The file to keep as original: itself, or a Shapefile's files in one archive that is the same
    bytes whenever they are."""
    if not _head(path).startswith(shapefile.MAGIC):
        return path
    archive = folder / path.with_suffix(".zip").name
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as pack:
        for ending, part in sorted(siblings(path).items()):
            entry = zipfile.ZipInfo(f"{path.stem}{ending}")  # dated 1980
            pack.writestr(entry, part.read_bytes(), zipfile.ZIP_DEFLATED)
    return archive


def _head(path: Path) -> bytes:
    """The first bytes. Raises Unreadable: cannot_open, too_large, empty."""
    if not path.is_file():  # nor a folder or a device, which may never end
        raise Unreadable(reason="cannot_open")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(len(_GEOPACKAGE))
    except OSError:
        raise Unreadable(reason="cannot_open") from None
    if size > LIMIT_MB * 1_000_000:
        raise Unreadable(reason="too_large", limit_mb=LIMIT_MB)
    if not size:
        raise Unreadable(reason="empty")
    return head


def _copy(part: Path, to: Path) -> None:
    _head(part)
    shutil.copyfile(part, to)


def _archive(path: Path, layer: str, crs: str, wanted: tuple[int, ...]) -> FeatureFile:
    """The one Shapefile, GeoPackage or GeoJSON file of an archive, looked for in this order."""
    inside = archives.members(path)
    with apart.private_folder() as folder:
        for ending in (".shp", ".gpkg", ".geojson"):
            found = [member for member in inside if member.suffix == ending]
            if layer:
                found = [m for m in found if Path(m.name).stem == layer]
            if not found:
                continue
            if len(found) > 1 and ending == ".shp":
                found = _with_shapes(path, found, folder, wanted) or found
            if len(found) > 1:
                raise Unreadable(reason="several_layers", layers=[Path(m.name).stem for m in found])
            return _unpacked(path, inside, found[0], folder, layer, crs)
    raise Unreadable(reason="no_layer")


def _unpacked(
    path: Path, inside: list[Member], member: Member, folder: Path, layer: str, crs: str
) -> FeatureFile:
    name = Path(member.name).stem
    parts = [member]
    if member.suffix == ".shp":
        parts = [m for m in inside if m.stem == member.stem and m.suffix in shapefile.PARTS]
    for part in parts:
        if part.size > LIMIT_MB * 1_000_000:
            raise Unreadable(reason="too_large", limit_mb=LIMIT_MB)
        archives.unpack(path, part, folder / f"{_STEM}{part.suffix}")
    if member.suffix == ".shp":
        return _shapefile(folder, name, crs)
    own = folder / f"{_STEM}{member.suffix}"
    if member.suffix == ".gpkg":
        if not _head(own).startswith(_GEOPACKAGE):
            raise Unreadable(reason="not_a_geopackage")
        return _geopackage(own, folder, name, "" if layer == name else layer, crs)
    return geojson.read_features(own, crs)


def _with_shapes(
    path: Path, found: list[Member], folder: Path, wanted: tuple[int, ...]
) -> list[Member]:
    """Those of several Shapefiles that hold such shapes: 国土数値情報 packs schools and districts
    together."""
    holding = []
    for number, member in enumerate(found):
        look = folder / f"look{number}"
        archives.unpack(path, member, look)
        with look.open("rb") as file:
            if shapefile.shape_type(file.read(100)) in wanted:
                holding.append(member)
        look.unlink()
    return holding


def _shapefile(folder: Path, name: str, crs: str) -> FeatureFile:
    look = shapefile.look_over(folder, _STEM)
    question = {
        "path": str(folder / f"{_STEM}.shp"),
        "driver": "ESRI Shapefile",
        "layer": None,
        "rebuild_shx": look.rebuild_shx,
    }
    if look.rebuild_shx:
        (folder / f"{_STEM}.shx").unlink(missing_ok=True)
    (folder / f"{_STEM}.cpg").unlink(missing_ok=True)  # texts come as bytes, and are read here
    lines = _asked(question, folder)
    return _file(lines, name, look.encoding, look.assumptions, crs)


def _geopackage(path: Path, folder: Path, name: str, layer: str, crs: str) -> FeatureFile:
    own = folder / "copy.gpkg"
    shutil.copyfile(path, own)
    own.chmod(0o400)
    question = {"path": str(own), "driver": "GPKG", "layer": layer or None, "rebuild_shx": False}
    return _file(_asked(question, folder), name, "utf-8", (), crs)


def _asked(question: dict[str, Any], folder: Path) -> Iterator[Any]:
    return apart.read(vector_child.__name__, question, folder, vector_child.environment(question))


def _file(
    lines: Iterator[Any], name: str, encoding: str, assumptions: tuple[str, ...], crs: str
) -> FeatureFile:
    """The child's lines: the head, then one line for each feature."""
    head = next(lines, None)
    if head is None:
        raise Unreadable(reason="cannot_read", detail="no answer")
    datum = _datum(head, crs)
    in_bytes = head["texts"] == "bytes"
    fields = [_read(field, encoding) if in_bytes else field for field in head["fields"]]
    features = tuple(
        Feature(
            row,
            dict(zip(fields, _texts(cells, encoding) if in_bytes else cells, strict=True)),
            base64.b64decode(wkb) if wkb else None,
        )
        for row, (cells, wkb) in enumerate(lines, start=1)
    )
    if not features:
        raise Unreadable(reason="empty")
    return FeatureFile(
        features=features,
        name=name if in_bytes else head["layer"],
        crs=datum.crs,
        encoding=encoding,
        publisher="",
        licence="",
        assumptions=(*assumptions, *head["assumptions"], *datum.assumptions),
        convert=datum.convert,
    )


def _datum(head: dict[str, Any], crs: str) -> Datum:
    """What the person says, else the file; without either degrees of JGD2011, and that is said."""
    if crs:
        return datums.of(crs)
    if head["epsg"]:
        return datums.of(str(head["epsg"]))
    if head["crs"]:
        raise Unreadable(reason="crs_not_supported", crs=head["crs"][:100])
    if any(abs(end) > _DEGREES for end in head["bounds"]):
        raise Unreadable(reason="no_prj_metres")
    return Datum("", None, (datums.NO_PRJ,))


def _texts(cells: list[object], encoding: str) -> list[object]:
    """Texts of a Shapefile come as their bytes, one sign a byte (latin-1)."""
    return [_read(cell, encoding) if isinstance(cell, str) else cell for cell in cells]


def _read(raw: str, encoding: str) -> str:
    return raw.strip() if raw.isascii() else shapefile.text(raw.encode("latin-1"), encoding)

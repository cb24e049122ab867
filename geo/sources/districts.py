"""区域: 中学校区, 小学校区, 行政区域, 町丁・字等 and any other areas, from any vector file.

A32 and A27 of 国土数値情報 are by their own words not the official school districts, and a
school district is not a 日常生活圏域: they are read as a reference that can be replaced.
Quirks: a school with land apart comes as several features; a municipality of N03 as one per
island; 所属未定地 has no code; some municipalities define no districts at all. e-Stat brings a
town in several parts under one KEY_CODE, and 水面調査区, where nobody lives.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from shapely import MultiPolygon

from geo.errors import Unreadable
from geo.sources import district_layers, vector
from geo.sources.areas import merged, one_area
from geo.sources.delivery import Refused, RowError, name_key, tidy
from geo.sources.district_layers import DistrictLayer, recognise
from geo.sources.geojson import Feature, FeatureFile, polygons
from geo.sources.municipality_code import REPAIRED, read_code
from geo.sources.tangles import Patience

CODE_NOT_UNIQUE = "code_not_unique"


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """One district.

    row           number of its (first) feature in the file, from 1
    municipality  5-digit code, None when the layer carries none or it cannot be read
    code          the layer's own code (学校コード, 行政区域コード); without one, a key made of the
                  name that is the same in every edition; None without a name too
    name          None when the feature has none: the caller numbers it
    geometry      valid, lon, lat, no heights
    notes         codes, some with a value: no_name, code_unreadable, key_code_differs=code,
                  parts_dropped=n, made_valid=m2, merged=features
    """

    row: int
    municipality: str | None
    code: str | None
    name: str | None
    address: str
    geometry: MultiPolygon
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DistrictFile:
    """All districts of a file, in its order, and what the file is.

    layer        a32, a27, n03, estat or generic
    edition      year as in the file's name ("2016"), else the years with these properties
                 ("2021-2023"), else ""
    crs          "CRS84" or "EPSG:n", "" when unsaid
    name_field   the property read as name, "" when there was none to read
    publisher, licence  as the file says, else of 国土数値情報 and e-Stat for their layers, else ""
    assumptions  codes: those of FeatureFile, code_zero_restored, code_not_unique
    """

    rows: tuple[DistrictRow, ...]
    refused: tuple[Refused, ...]
    layer: str
    edition: str
    encoding: str
    crs: str
    name_field: str
    publisher: str
    licence: str
    assumptions: tuple[str, ...]


def read(
    path: Path, zone: int, name_field: str | None = None, *, layer_name: str = "", crs: str = ""
) -> DistrictFile:
    """Read a file of districts: GeoJSON, Shapefile, zipped Shapefile or GeoPackage.

    zone        the municipality's plane zone, in which repairs are measured
    name_field  the property that holds the name, when the person who imports says so
    layer_name, crs  as in vector.read_features

    Features without a usable polygon are refused with a reason: no_geometry, bad_coordinates,
    not_a_polygon, no_area, cannot_repair, too_tangled, swapped_axes, outside_japan, unassigned_land,
    water_area. Raises Unreadable for the whole file: the reasons of vector.read_features, and
    name_field_missing (with ``field``).
    """
    delivered, patience = vector.read_features(path, layer=layer_name, crs=crs), Patience()
    present = {field for feature in delivered.features for field in feature.properties}
    layer = recognise(present, f"{delivered.name} {path.name}", name_field)
    taken: list[DistrictRow] = []
    refused: list[Refused] = []
    assumptions = dict.fromkeys(delivered.assumptions)
    for feature in delivered.features:
        try:
            row, repair = _row(delivered, feature, layer, zone, patience)
        except RowError as problem:
            refused.append(problem.at(feature.row, _name(feature, layer)))
            continue
        taken.append(row)
        assumptions |= dict.fromkeys([repair] if repair else [])
    if _same_code_for_different_names(taken):
        taken = [replace(row, code=None) for row in taken]
        assumptions[CODE_NOT_UNIQUE] = None
    try:
        rows = _districts(taken, patience)
    except RowError as problem:  # features of one district that lie across one another
        raise Unreadable(reason=problem.reason) from None
    return _file(delivered, layer, rows, refused, assumptions)


def _row(
    file: FeatureFile, feature: Feature, layer: DistrictLayer, zone: int, patience: Patience
) -> tuple[DistrictRow, str | None]:
    """One feature, and the repair of its municipality code if there was one."""
    name = _name(feature, layer)
    code = _cell(feature, layer.code)
    if layer.layer == "estat":
        municipality, repair, said_notes = _of_town(feature)
        code = "0" + code if repair and municipality and code.startswith(municipality[1:]) else code
    else:
        said = _cell(feature, layer.municipality)
        municipality, repair = read_code(said)
        said_notes = ("code_unreadable",) if said and not municipality else ()
    if layer.layer == "n03":
        if not _cell(feature, layer.municipality):
            raise RowError("unassigned_land")
        code = municipality or ""
    if layer.layer == "estat" and _cell(feature, "HCODE") == district_layers.WATER:
        raise RowError("water_area")
    geometry, notes = one_area(*polygons(feature.geometry, file.convert), zone, patience)
    notes = (*said_notes, *(() if name else ("no_name",)), *notes)
    address = _cell(feature, layer.address)
    row = DistrictRow(
        feature.row, municipality, code or None, name or None, address, geometry, notes
    )
    return row, repair


def _of_town(feature: Feature) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Municipality of a 町丁・字等, a repair, notes: KEY_CODE begins with PREF (KEN) and CITY."""
    key = _cell(feature, "KEY_CODE")
    prefecture = _cell(feature, "PREF") or _cell(feature, "KEN")
    city = _cell(feature, "CITY")
    parts = f"{prefecture:0>2}{city:0>3}" if prefecture.isdigit() and city.isdigit() else ""
    lost_zero = bool(parts.startswith("0") and key.startswith(parts[1:]) and len(key) % 2 == 0)
    begins = ("0" + key if lost_zero else key)[:5]
    municipality, _ = read_code(parts or begins)
    if municipality is None or len(begins) < 5:
        return municipality, None, ("code_unreadable",)
    differs = (f"key_code_differs={key}",) if parts and begins != parts else ()
    return municipality, REPAIRED if lost_zero else None, differs


def _name(feature: Feature, layer: DistrictLayer) -> str:
    """The name; for 行政区域 with the city before its ward (区 of 政令指定都市).

    Older editions have the city in N03_003, where 郡 stand too, and the ward in N03_004; newer
    ones the city in N03_004 and the ward in N03_005, which once held the date of founding.
    """
    name = _cell(feature, layer.name)
    if layer.layer != "n03" or layer.name != "N03_004":
        return name
    city, ward = _cell(feature, "N03_003"), _cell(feature, "N03_005")
    return (city if city.endswith("市") else "") + name + (ward if ward.endswith("区") else "")


def _cell(feature: Feature, field: str) -> str:
    """A property as text; numbers without a needless .0, anything else that is no text is ""."""
    value = feature.properties.get(field)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return tidy(str(value))


def _same_code_for_different_names(rows: Iterable[DistrictRow]) -> bool:
    """Whether the code names no district, as the code of the municipality or of a school type."""
    names = defaultdict(set)
    for row in rows:
        if row.code and row.name:
            names[row.municipality, row.code].add(name_key(row.name))
    return any(len(different) > 1 for different in names.values())


def _districts(rows: Iterable[DistrictRow], patience: Patience) -> tuple[DistrictRow, ...]:
    """Features of one district joined: same municipality, same code, else same name."""
    together: dict[object, list[DistrictRow]] = defaultdict(list)
    for row in rows:
        code = row.code or (name_key(row.name) if row.name else None)
        together[(row.municipality, code) if code else row.row].append(replace(row, code=code))
    return tuple(_joined(parts, patience) for parts in together.values())


def _joined(parts: list[DistrictRow], patience: Patience) -> DistrictRow:
    first = parts[0]
    if len(parts) == 1:
        return first
    notes = dict.fromkeys(note for part in parts for note in part.notes)
    return replace(
        first,
        name=next((part.name for part in parts if part.name), None),
        address=next((part.address for part in parts if part.address), ""),
        geometry=merged([part.geometry for part in parts], patience),
        notes=(*notes, f"merged={len(parts)}"),
    )


def _file(
    delivered: FeatureFile,
    layer: DistrictLayer,
    rows: tuple[DistrictRow, ...],
    refused: list[Refused],
    assumptions: Iterable[str],
) -> DistrictFile:
    publisher, licence = district_layers.SOURCES.get(layer.layer, ("", ""))
    return DistrictFile(
        rows=rows,
        refused=tuple(refused),
        layer=layer.layer,
        edition=layer.edition,
        encoding=delivered.encoding,
        crs=delivered.crs,
        name_field=layer.name,
        publisher=delivered.publisher or publisher,
        licence=delivered.licence or licence,
        assumptions=tuple(assumptions),
    )

"""Borders in the ministry's formats: N03, A27, A32, e-Stat 町丁・字等境界, P29 schools."""

from collections.abc import Mapping

import shapely
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.sources.mihon.addresses import Numbering
from geo.sources.mihon.files import Feature, geojson_bytes, shapefile_zip
from geo.sources.mihon.land import Land, area_km2
from geo.sources.mihon.places import CODE, JUNIOR_HIGH, NAME, PREFECTURE, Town, school_spot, towns
from geo.sources.mihon.shapes import groups

_README = (
    f"{NAME}は架空の市です。区域・学校・住所はすべて作りもので、実在のものではありません。\r\n"
    "座標参照系: JGD2011 / 緯度経度（EPSG:6668）　文字コード: Shift_JIS\r\n"
)


def boundary_files(
    land: Land, shapes: Mapping[str, Polygon], numbering: Numbering
) -> dict[str, bytes]:
    """File name -> content."""
    note = {"README.txt": _README.encode("cp932")}
    elementary = _districts("A27", dict(shapes), "小学校", numbering)
    junior = _districts("A32", dict(shapes), "中学校", numbering)
    return {
        f"N03-20260101_{CODE}.geojson": geojson_bytes(
            f"N03-20260101_{CODE}", _municipality(land, dict(shapes))
        ),
        f"A27-21_{CODE}.geojson": geojson_bytes(f"A27-21_{CODE}", elementary),
        f"A27-21_{CODE}_SHP.zip": shapefile_zip(f"A27-21_{CODE}", elementary, note),
        f"A32-21_{CODE}.geojson": geojson_bytes(f"A32-21_{CODE}", junior),
        f"A32-21_{CODE}_SHP.zip": shapefile_zip(f"A32-21_{CODE}", junior, note),
        f"P29-21_{CODE}.geojson": geojson_bytes(f"P29-21_{CODE}", _schools(numbering)),
        "chiku_without_names.geojson": geojson_bytes(
            "chiku", [({"OBJECTID": n}, shape) for n, shape in enumerate(_chiku(shapes), start=1)]
        ),
    }


def small_areas_zip(shapes: Mapping[str, Polygon], people: Mapping[str, tuple[int, int]]) -> bytes:
    """e-Stat 国勢調査 町丁・字等境界 (r2ka): town -> (人口, 世帯数) of 2020."""
    features: list[Feature] = []
    for town in towns():
        shape = shapes[town.name]
        centre = shape.centroid
        jinko, setai = people[town.name]
        features.append((_small_area(town, shape, centre, jinko, setai), shape))
    return shapefile_zip(f"r2ka{CODE}", features, {})


def _small_area(
    town: Town, shape: BaseGeometry, centre: Point, jinko: int, setai: int
) -> dict[str, str | float]:
    key = town.key[:4] + (town.key[4:] if town.key[4:] != "00" else "")
    square_m = round(area_km2(shape) * 1e6, 3)
    return {
        "KEY_CODE": CODE + key,
        "PREF": CODE[:2],
        "CITY": CODE[2:],
        "S_AREA": town.key.ljust(6, "0"),
        "PREF_NAME": PREFECTURE,
        "CITY_NAME": NAME,
        "S_NAME": town.name,
        "HCODE": 8101.0,
        "AREA": square_m,
        "KIHON1": town.key[:4],
        "KIHON2": town.key[4:],
        "KEYCODE1": CODE + town.key,
        "X_CODE": round(float(centre.x), 1),
        "Y_CODE": round(float(centre.y), 1),
        "KCODE1": f"{town.key[:4]}-{town.key[4:]}",
        "JINKO": float(jinko),
        "SETAI": float(setai),
    }


def _districts(
    dataset: str, shapes: dict[str, Polygon], kind: str, numbering: Numbering
) -> list[Feature]:
    """Fields of the 2021 edition: 行政区域, 設置主体, 学校コード, 名称, 所在地."""
    is_elementary = kind == "小学校"
    found = groups(shapes, lambda town: town.school if is_elementary else town.junior_high)
    mark = "B1" if is_elementary else "C1"
    features: list[Feature] = []
    for number, (name, shape) in enumerate(found.items(), start=1):
        values = (
            CODE,
            f"{NAME}立",
            f"{mark}99299{number:03d}0001",
            name,
            _address(name, numbering),
        )
        fields = [f"{dataset}_00{n}" for n in range(1, 6)]
        features.append((dict(zip(fields, values, strict=True)), shape))
    return features


def _address(school: str, numbering: Numbering) -> str:
    spot = school_spot(school)
    block = numbering.address(spot.town, (spot.x, spot.y), spot.block)
    return f"{NAME}{spot.town}{block}"


def _municipality(land: Land, shapes: dict[str, Polygon]) -> list[Feature]:
    """N03: the city and its islet are two features with one code."""
    fields = ("N03_001", "N03_002", "N03_003", "N03_004", "N03_005", "N03_007")
    values = (PREFECTURE, None, None, NAME, None, CODE)
    properties = dict(zip(fields, values, strict=True))
    mainland = shapely.union_all(list(shapes.values()))
    return [(properties, mainland), (properties, land.islet)]


def _schools(numbering: Numbering) -> list[Feature]:
    """P29 of 2021: 行政区域コード, 学校コード, 分類, 名称, 所在地, 管理者."""
    features: list[Feature] = []
    names = [*JUNIOR_HIGH, *dict.fromkeys(JUNIOR_HIGH.values())]
    for at, name in enumerate(names):
        is_elementary = name in JUNIOR_HIGH
        number = at + 1 if is_elementary else at + 1 - len(JUNIOR_HIGH)
        properties = {
            "P29_001": CODE,
            "P29_002": f"{'B1' if is_elementary else 'C1'}99299{number:03d}0001",
            "P29_003": "16001" if is_elementary else "16002",
            "P29_004": name,
            "P29_005": _address(name, numbering),
            "P29_006": 3.0,
            "P29_007": 1.0,
        }
        spot = school_spot(name)
        features.append((properties, Point(spot.x, spot.y)))
    return features


def _chiku(shapes: Mapping[str, Polygon]) -> list[BaseGeometry]:
    return list(groups(dict(shapes), lambda town: town.chiku).values())

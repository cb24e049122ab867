"""碁盤町 (Gobancho): an invented town where every distance can be worked out by hand.

40 x 40 blocks of 80 m, so one block is one minute on foot, and the walk between two corners is
the sum of blocks east and blocks north. It lies over open sea south of 潮岬, so that no real
neighbour or mesh mixes in. Tests, demo and README examples use this town; ``write`` makes its
files in the real formats of the ministry and of municipal offices.

    y=40 +-----------+-----------+      中学校区  西 | 東, border x = 20
         |  松葉小   |  緑丘小   |      小学校区  four quarters, borders x = 20 and y = 20
    y=20 +-----------+-----------+      日常生活圏域  山の手 x 0..24 crosses the 中学校区 border,
         |  汐見小   |  浜風小   |                    浜の手 x 24..40
    y=0  +-----------+-----------+
        x=0         20          40

A point on a border belongs to the lowest code (DATA 4): on x = 20 to the west (西中学校; 松葉 and
汐見), on y = 20 to the north in the west (松葉) and to the south in the east (浜風), since 小学校区
of the 2016 edition have no code and are told apart by name.
"""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo import crs
from geo.sources import (
    model_town_addresses,
    model_town_heights,
    model_town_people,
    model_town_streets,
)
from geo.sources.model_town_quirks import quirks_csv
from geo.sources.model_town_resources import RESOURCES, TownResource
from geo.sources.municipality_code import check_digit

CODE = "99001"
NAME = "碁盤町"
PREFECTURE = "架空県"  # as in data/municipalities.csv
ZONE = 6
BLOCK_M = 80.0
BLOCKS = 40
SOUTH_WEST_M = (0.0, -388_000.0)  # metres east, north in zone 6: 136.0 E, 32.5019 N

PUBLISHER = "Engawa（架空の町）"
LICENCE = "CC0 1.0"

# 自治体標準オープンデータセット 公共施設一覧 (2023-), then the columns this office added itself.
COLUMNS = (
    *("全国地方公共団体コード", "ID", "地方公共団体名", "名称", "名称_カナ", "名称_英語"),
    *("POIコード", "所在地_全国地方公共団体コード", "町字ID", "所在地_連結表記"),
    *("所在地_都道府県", "所在地_市区町村", "所在地_町字", "所在地_番地以下", "建物名等(方書)"),
    *("緯度", "経度", "電話番号", "内線番号", "法人番号", "団体名"),
    *("利用可能曜日", "開始時間", "終了時間", "利用可能日時特記事項"),
    *("説明", "バリアフリー情報", "URL", "備考"),
    *("種別", "対象者", "実施月", "料金", "定員", "確認日"),
)

_DECIMALS = 9  # of a degree: 0.1 mm, and the same text on every machine


@dataclass(frozen=True, slots=True)
class TownArea:
    """A rectangle of blocks: corners west..east, south..north, and its properties in the file."""

    west: int
    south: int
    east: int
    north: int
    properties: dict[str, str | None]


def corner_lonlat(x: int, y: int) -> tuple[float, float]:
    """lon, lat of the corner ``x`` blocks east and ``y`` blocks north of the south-west corner.

    Rounded to 9 decimals of a degree (0.1 mm), as in every file of the town, so that a resource
    on a border is exactly a vertex of both districts.
    """
    lon, lat = _lonlat([(x, y)])[0]
    return lon, lat


def write(folder: Path) -> tuple[Path, ...]:
    """Write the town's files under ``folder`` (the repository's ``data``), always the same bytes."""
    boundaries = folder / "boundaries" / CODE
    files = {
        boundaries / f"A32-21_{CODE}.geojson": _geojson(f"A32-21_{CODE}", _junior_high()),
        boundaries / f"A27-16_{CODE}.geojson": _geojson(f"A27-16_{CODE}", _elementary()),
        boundaries / f"N03-20240101_{CODE}.geojson": _geojson(f"N03-20240101_{CODE}", _town()),
        boundaries / f"living_area_{CODE}.geojson": _geojson(f"living_area_{CODE}", _living()),
        folder / "model_town" / f"{CODE}_resources.csv": _resources_csv(RESOURCES),
        **{
            folder / "model_town" / name: content
            for name, content in model_town_people.files(CODE, NAME, PREFECTURE).items()
        },
        folder / "model_town" / f"{CODE}_quirks.csv": quirks_csv(corner_lonlat),
        folder / "model_town" / f"{CODE}_addresses.csv": model_town_addresses.table(
            PREFECTURE, NAME, ZONE, _lonlat, _metres
        ),
        folder / "model_town" / model_town_heights.FILE: model_town_heights.archive(_blocks),
    }
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    streets = folder / "model_town" / f"{CODE}_streets.osm.pbf"
    model_town_streets.write(streets, _lonlat)
    return (*files, streets)


def _junior_high() -> list[TownArea]:
    """中学校区, A32 of 2021: with school codes (C1 中学校, 99 prefecture, 2 public, invented rest)."""

    def school(west: int, east: int, code: str, name: str, address: str) -> TownArea:
        fields = [f"A32_00{n}" for n in range(1, 6)]
        values = (CODE, f"{NAME}立", code, name, f"{NAME}{address}")
        return TownArea(west, 0, east, BLOCKS, dict(zip(fields, values, strict=True)))

    return [
        school(0, 20, "C199200100011", "西中学校", "松葉一丁目2番1号"),
        school(20, 40, "C199200100020", "東中学校", "緑丘一丁目5番1号"),
    ]


def _elementary() -> list[TownArea]:
    """小学校区, A27 of 2016: no school codes, properties _005 to _008."""

    def school(west: int, south: int, name: str, address: str) -> TownArea:
        fields = [f"A27_00{n}" for n in range(5, 9)]
        values = (CODE, f"{NAME}立", name, f"{NAME}{address}")
        return TownArea(west, south, west + 20, south + 20, dict(zip(fields, values, strict=True)))

    return [
        school(0, 20, "松葉小学校", "松葉二丁目8番1号"),
        school(20, 20, "緑丘小学校", "緑丘二丁目3番1号"),
        school(0, 0, "汐見小学校", "汐見一丁目6番1号"),
        school(20, 0, "浜風小学校", "浜風二丁目4番1号"),
    ]


def _town() -> list[TownArea]:
    """行政区域, N03 of 2024: there is no N03_006."""
    fields = ("N03_001", "N03_002", "N03_003", "N03_004", "N03_005", "N03_007")
    values = (PREFECTURE, None, None, NAME, None, CODE)
    return [TownArea(0, 0, BLOCKS, BLOCKS, dict(zip(fields, values, strict=True)))]


def _living() -> list[TownArea]:
    """日常生活圏域, as a town office would send them: name and code, nothing else."""
    return [
        TownArea(0, 0, 24, BLOCKS, {"name": "山の手圏域", "code": "1"}),
        TownArea(24, 0, BLOCKS, BLOCKS, {"name": "浜の手圏域", "code": "2"}),
    ]


def _geojson(name: str, areas: Sequence[TownArea]) -> bytes:
    """One feature a line, as ogr2ogr writes it."""
    head = {
        "type": "FeatureCollection",
        "name": name,
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6668"}},
        "publisher": PUBLISHER,
        "licence": LICENCE,
    }
    lines = [json.dumps(_feature(area), ensure_ascii=False) for area in areas]
    members = [f"{json.dumps(key)}: {json.dumps(head[key], ensure_ascii=False)}," for key in head]
    return "\n".join(["{", *members, '"features": [', ",\n".join(lines), "]", "}", ""]).encode()


def _feature(area: TownArea) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": area.properties,
        "geometry": {"type": "Polygon", "coordinates": [_lonlat(_ring(area))]},
    }


def _ring(area: TownArea) -> list[tuple[int, int]]:
    """Every corner around the area, anticlockwise and closed.

    Corners between the four ends count too: a straight line in the plane is not quite straight
    in degrees, and neighbours must share their border to the last digit.
    """
    south = [(x, area.south) for x in range(area.west, area.east)]
    east = [(area.east, y) for y in range(area.south, area.north)]
    north = [(x, area.north) for x in range(area.east, area.west, -1)]
    west = [(area.west, y) for y in range(area.north, area.south - 1, -1)]
    return south + east + north + west


def _lonlat(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    xy_m = np.array(_metres(corners), dtype=np.float64)
    return [
        (round(lon, _DECIMALS), round(lat, _DECIMALS))
        for lon, lat in crs.to_lonlat(xy_m, ZONE).tolist()
    ]


def _metres(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    west, south = SOUTH_WEST_M
    return [(west + x * BLOCK_M, south + y * BLOCK_M) for x, y in corners]


def _blocks(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) lon, lat -> blocks east and north of the south-west corner."""
    return np.asarray((crs.to_plane_m(lonlat, ZONE) - SOUTH_WEST_M) / BLOCK_M)


def _resources_csv(resources: Sequence[TownResource]) -> bytes:
    """The list as an office saves it from Excel: cp932, CRLF, 自治体標準 columns, then its own."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for number, resource in enumerate(resources, start=1):
        cells = _cells(resource, number)
        table.writerow([cells.get(column, "") for column in COLUMNS])
    return text.getvalue().encode("cp932")


def _cells(resource: TownResource, number: int) -> dict[str, str]:
    """One row by column; columns that are left out stay empty."""
    lon, lat = corner_lonlat(resource.x, resource.y)
    six = CODE + check_digit(CODE)
    has_address = resource.town != ""
    whole = f"{PREFECTURE}{NAME}{resource.town}{resource.block}"
    return {
        "全国地方公共団体コード": six,
        "ID": f"GB{number:04d}",
        "地方公共団体名": f"{PREFECTURE}{NAME}",
        "名称": resource.name,
        "名称_カナ": resource.kana,
        "所在地_全国地方公共団体コード": six,
        "所在地_連結表記": whole if has_address else "",
        "所在地_都道府県": PREFECTURE if has_address else "",
        "所在地_市区町村": NAME if has_address else "",
        "所在地_町字": resource.town,
        "所在地_番地以下": resource.block,
        "緯度": f"{lat:.{_DECIMALS}f}",
        "経度": f"{lon:.{_DECIMALS}f}",
        "電話番号": f"0000-00-{number:04d}" if resource.has_phone else "",
        "団体名": resource.provider,
        "利用可能曜日": resource.days,
        "開始時間": resource.opens,
        "終了時間": resource.closes,
        "利用可能日時特記事項": resource.days_note,
        "説明": resource.description,
        "備考": resource.note,
        "種別": resource.kind,
        "対象者": resource.eligibility,
        "実施月": resource.months,
        "料金": resource.fee,
        "定員": resource.capacity,
        "確認日": resource.confirmed,
    }

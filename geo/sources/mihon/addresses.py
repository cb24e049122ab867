"""街区と地番: how the houses of each town are numbered, and 位置参照情報 made of it.

Towns of the built-up area that are a 町 or a 丁目 have 住居表示: blocks numbered to and fro from the
north. The others have 地番 that run through the 大字, several of them around one point; in the
country a 大字 is parted into 小字, which people leave out half the time.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from shapely import Point, Polygon

from geo.sources.mihon.files import zip_bytes
from geo.sources.mihon.houses import Houses
from geo.sources.mihon.places import CODE, NAME, PREFECTURE, ZONE, Town, towns
from geo.sources.mihon.plane import ORIGIN_M, Array, bent, lonlat

HOUSES_IN_BLOCK = 12
HOUSES_AROUND_POINT = 6
NEIGHBOUR = "架空郡浜辺町"  # across the border; the file is the whole prefecture's
_KOAZA = (
    *("山ノ神", "前田", "宮ノ下", "上ノ原", "川原", "堂ノ前", "北浦", "沖田", "井戸尻", "柿ノ木"),
    *("八反田", "五反田", "中道", "塚越", "大畑", "峠下", "一本松", "三ツ石", "霞ケ沢", "蛇喰"),
)
_PARTS = 3  # 小字 of a 大字
_EDITION = {"block": ("24.0a", "99_2025"), "town": ("19.0b", "99_2025")}
_BLOCK_HEADER = (
    *("都道府県名", "市区町村名", "大字・丁目名", "小字・通称名", "街区符号・地番", "座標系番号"),
    *("Ｘ座標", "Ｙ座標", "緯度", "経度", "住居表示フラグ", "代表フラグ"),
    *("更新前履歴フラグ", "更新後履歴フラグ"),
)
_MASTER = "mt_town_city990027.csv"
_MASTER_HEADER = (
    *(
        "lg_code",
        "machiaza_id",
        "machiaza_type",
        "pref",
        "city",
        "ward",
        "oaza_cho",
        "oaza_cho_kana",
    ),
    *("chome", "chome_kana", "chome_number", "koaza", "koaza_kana", "efct_date", "ablt_date"),
)
_CHOME = re.compile("(.+?)([一二三四五]丁目)")
_CHOME_KANA = {
    "一丁目": "イッチョウメ",
    "二丁目": "ニチョウメ",
    "三丁目": "サンチョウメ",
    "四丁目": "ヨンチョウメ",
    "五丁目": "ゴチョウメ",
}
_TOWN_HEADER = (
    *("都道府県コード", "都道府県名", "市区町村コード", "市区町村名", "大字町丁目コード"),
    *("大字町丁目名", "緯度", "経度", "原典資料コード", "大字・字・丁目区分コード"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """A 街区, or the land around one point with its 地番. xy on the sheet.

    numbers  one 街区符号, or the 地番 around the point
    """

    town: str
    koaza: str
    numbers: tuple[int, ...]
    by_block: bool
    x: float
    y: float


class Numbering:
    """The numbers of the city, and the address of any spot in it."""

    def __init__(self, houses: Houses, shapes: Mapping[str, Polygon]) -> None:
        self.blocks: dict[str, tuple[Block, ...]] = {}
        for number, town in enumerate(towns()):
            own = houses.xy[houses.town == number]
            made = _by_block(town, own) if has_blocks(town) else _by_land(town, own, number)
            self.blocks[town.name] = tuple(made)
        self.hearts = {name: _heart(shape) for name, shape in shapes.items()}

    def address(self, town: str, xy: tuple[float, float], drawn: str) -> str:
        """What stands behind the town's name; ``drawn`` gives what only chance can say, the house.

        The number is that of the nearest block of the town.
        """
        block = min(self.blocks[town], key=lambda b: (b.x - xy[0]) ** 2 + (b.y - xy[1]) ** 2)
        house = int((re.findall(r"\d+", drawn) or ["1"])[-1])
        if block.by_block:
            return f"{block.numbers[0]}番{house}号"
        number = block.numbers[house % len(block.numbers)]
        koaza = f"字{block.koaza}" if block.koaza and house % 2 else ""
        return f"{koaza}{number}番地{house if house % 3 else ''}"


def has_blocks(town: Town) -> bool:
    """Whether a town has 住居表示."""
    return town.kind in ("urban", "suburb", "estate") and town.name.endswith(("町", "丁目"))


def address_files(numbering: Numbering) -> dict[str, bytes]:
    """File name -> content: both products of 位置参照情報, packed as the ministry does, and the 町字マスター, which says
    how towns are read."""
    tables = {
        "block": _csv(_BLOCK_HEADER, _block_rows(numbering)),
        "town": _csv(_TOWN_HEADER, _town_rows(numbering)),
    }
    files = {_MASTER: _master()}
    for product, table in tables.items():
        version, name = _EDITION[product]
        folder = f"{CODE[:2]}000-{version}"
        terms = "架空の県の位置参照情報です。実在の住所ではありません。\r\n".encode("cp932")
        parts = {f"{folder}/{name}.csv": table, f"{folder}/format_2025.html": terms}
        files[f"{folder}.zip"] = zip_bytes(parts)
    return files


def _by_block(town: Town, own: Array) -> Iterator[Block]:
    """街区: rows of about equal size from north to south, numbered to and fro."""
    parts = _parted(own, max(3, round(len(own) / HOUSES_IN_BLOCK)))
    bands = np.array([np.floor(-part[:, 1].mean() / 110.0) for part in parts])
    along = np.array([part[:, 0].mean() for part in parts]) * np.where(bands % 2, -1, 1)
    for number, at in enumerate(np.lexsort((along, bands)), start=1):
        x, y = _middle(parts[at])
        yield Block(town.name, "", (number,), True, x, y)


def _by_land(town: Town, own: Array, town_number: int) -> Iterator[Block]:
    """地番, 小字 after 小字."""
    in_country = town.kind in ("rural", "hamlet")
    first = 101
    for at, piece in enumerate(_parted(own, _PARTS if in_country else 1)):
        koaza = _KOAZA[(town_number * 7 + at * 3) % len(_KOAZA)] if in_country else ""
        for part in _parted(piece, max(1, round(len(piece) / HOUSES_AROUND_POINT))):
            numbers = tuple(range(first, first + len(part)))
            x, y = _middle(part)
            yield Block(town.name, koaza, numbers, False, x, y)
            first += len(part) + 2


def _parted(own: Array, count: int) -> list[Array]:
    """Houses in ``count`` neighbourhoods, by cutting the longer side again and again."""
    if count <= 1 or len(own) < 2:
        return [own]
    left = count // 2
    side = int(np.argmax(own.max(axis=0) - own.min(axis=0)))
    order = np.argsort(own[:, side], kind="stable")
    cut = max(1, len(own) * left // count)
    return _parted(own[order[:cut]], left) + _parted(own[order[cut:]], count - left)


def _middle(part: Array) -> tuple[float, float]:
    x, y = part.mean(axis=0)
    return float(x), float(y)


def _heart(shape: Polygon) -> tuple[float, float]:
    point: Point = shape.representative_point()
    return point.x, point.y


def _block_rows(numbering: Numbering) -> Iterator[Sequence[object]]:
    for town in towns():
        for block in numbering.blocks[town.name]:
            for number in block.numbers:
                yield _block_row(NAME, block, str(number))
    # what real files bring too: a second point of a block, a block that is gone, another town's
    first = numbering.blocks[towns()[0].name][0]
    aside = Block(first.town, "", first.numbers, True, first.x + 40, first.y)
    yield _block_row(NAME, aside, str(first.numbers[0]), stands_for=0)
    yield _block_row(NAME, aside, "99", after=3)
    for number in range(10, 15):
        beyond = Block("大字西浜", "", (number,), False, 12_400.0, 3_000.0 + 50 * number)
        yield _block_row(NEIGHBOUR, beyond, str(number))


def _block_row(
    city: str, block: Block, number: str, *, stands_for: int = 1, after: int = 0
) -> Sequence[object]:
    xy = np.array([[block.x, block.y]])
    east, north = (bent(xy) + np.array(ORIGIN_M))[0]
    lon, lat = lonlat(xy)[0]
    places = (ZONE, f"{north:.1f}", f"{east:.1f}", f"{lat:.6f}", f"{lon:.6f}")
    flags = (int(block.by_block), stands_for, 0, after)
    return (PREFECTURE, city, block.town, block.koaza, number, *places, *flags)


def _town_rows(numbering: Numbering) -> Iterator[Sequence[object]]:
    for town in towns():
        lon, lat = lonlat(np.array([numbering.hearts[town.name]]))[0]
        key = f"{CODE}{town.key[:4]}{town.key[4:]:0>3}"
        kind = 3 if town.name.endswith("丁目") else 1
        city = (CODE[:2], PREFECTURE, CODE, NAME)
        yield (*city, key, town.name, f"{lat:.6f}", f"{lon:.6f}", 1, kind)


def _master() -> bytes:
    """アドレス・ベース・レジストリ: UTF-8, names and readings, no places."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(_MASTER_HEADER)
    for town in towns():
        parts = _CHOME.fullmatch(town.name)
        name, chome = (parts[1], parts[2]) if parts else (town.name, "")
        read = _CHOME_KANA.get(chome, "")
        number = list(_CHOME_KANA).index(chome) + 1 if chome else ""
        key = f"{town.key[:4]}{town.key[4:]:0>3}"
        said = (name, town.kana.removesuffix(read), chome, read, number)
        table.writerow(
            (
                "990027",
                key,
                2 if chome else 1,
                PREFECTURE,
                NAME,
                "",
                *said,
                "",
                "",
                "1947-04-17",
                "",
            )
        )
    return text.getvalue().encode("utf-8-sig")


def _csv(header: Sequence[str], rows: Iterator[Sequence[object]]) -> bytes:
    """Every cell in quotes, CRLF, cp932."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    table.writerow(header)
    table.writerows(rows)
    return text.getvalue().encode("cp932")

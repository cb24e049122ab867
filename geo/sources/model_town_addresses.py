"""碁盤町の住所: its blocks as 位置参照情報 (街区レベル), each point at corners one can count to.

The blocks of the list of resources stand where their resources do. 大字沖ノ原 has no 住居表示: its
地番 begin anew in each 小字, so that 101 alone says nothing. What real files bring too: a block with
a second point, and one that is gone.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence

HEADER = (
    *("都道府県名", "市区町村名", "大字・丁目名", "小字・通称名", "街区符号・地番", "座標系番号"),
    *("Ｘ座標", "Ｙ座標", "緯度", "経度", "住居表示フラグ", "代表フラグ"),
    *("更新前履歴フラグ", "更新後履歴フラグ"),
)
# 丁目 -> number of the block -> corner, blocks east and north; a half is the middle of a street
BLOCKS: dict[str, dict[int, tuple[float, float]]] = {
    "松葉一丁目": {1: (20, 20.5), 3: (18, 20.5), 7: (8, 28), 9: (14, 22.5)},
    "松葉二丁目": {1: (10, 24), 8: (12, 30)},
    "松葉三丁目": {6: (20, 28)},
    "緑丘一丁目": {5: (24, 24)},
    "緑丘二丁目": {1: (20, 32), 3: (28, 28)},
    "緑丘三丁目": {1: (30, 30)},
    "緑丘四丁目": {3: (26, 34), 8: (34, 36)},
    "汐見一丁目": {1: (20, 18), 2: (4, 14), 4: (20, 10), 6: (10, 14)},
    "汐見二丁目": {1: (16, 4), 5: (12, 10)},
    "汐見三丁目": {4: (6, 6)},
    "浜風一丁目": {3: (28, 12), 8: (30, 16)},
    "浜風二丁目": {4: (36, 14)},
    "浜風三丁目": {2: (32, 8), 4: (31, 9)},
    "浜風四丁目": {5: (24, 4)},
}
# 小字 of 大字沖ノ原 -> 地番 -> corner
LAND: dict[str, dict[int, tuple[float, float]]] = {
    "浜畑": {101: (2, 38), 102: (2, 38), 105: (3, 38)},
    "霞ヶ沢": {101: (6, 38), 104: (7, 38)},
}
Corners = Sequence[tuple[float, float]]
Places = Callable[[Corners], list[tuple[float, float]]]


def table(prefecture: str, town: str, zone: int, lonlat: Places, metres: Places) -> bytes:
    """The file as the ministry writes it: every cell in quotes, CRLF, cp932.

    lonlat, metres  corners -> lon, lat in degrees; east, north in the plane zone
    """
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    lines.writerow(HEADER)
    rows = list(_rows())
    corners = [corner for _, corner, _ in rows]
    for (names, _, flags), (lon, lat), (east, north) in zip(
        rows, lonlat(corners), metres(corners), strict=True
    ):
        places = (zone, f"{north:.1f}", f"{east:.1f}", f"{lat:.6f}", f"{lon:.6f}")
        lines.writerow((prefecture, town, *names, *places, *flags))
    return text.getvalue().encode("cp932")


def _rows() -> Iterator[tuple[tuple[str, str, int], tuple[float, float], tuple[int, ...]]]:
    """Names, corner and the four flags of each row."""
    for chome, blocks in BLOCKS.items():
        for number, corner in blocks.items():
            yield (chome, "", number), corner, (1, 1, 0, 0)
    yield ("松葉一丁目", "", 1), (22, 20.5), (1, 0, 0, 0)
    yield ("松葉一丁目", "", 99), (16, 30), (1, 1, 0, 3)
    for koaza, numbers in LAND.items():
        for number, corner in numbers.items():
            yield ("大字沖ノ原", koaza, number), corner, (0, 1, 0, 0)

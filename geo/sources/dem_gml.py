"""数値標高モデルのGML: one tile of 国土地理院's elevation model in its own form (JPGIS, 基盤地図情報).

A rectangle of latitude and longitude, its number of cells, and one line a cell (「地表面,12.34」) from the
north-west corner eastward. Quirks: lines may begin behind the corner (``startPoint``) and end before
the last cell, and what they leave out is unknown; -9999 is unknown whatever stands before it, and the
sea and inland waters have no ground; 5B and 5C are told apart by the file's name only; files of before
2014 are in Shift_JIS, which the parser does not read by itself.

Read by expat as a stream, without a tree. A document type is refused where it begins, and with it every
entity that could swell or point elsewhere (what defusedxml's readers do too, five times slower).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from geo.sources.delivery import RowError, where_in_japan
from geo.streets.terrain import DEGREES, HeightTile

LIMIT_MB = 80  # a 2次メッシュ of DEM10B, or a 3次メッシュ of DEM1A, has some 14
CELLS = 5_000_000  # our choice: six times as many as either
LOWEST_M, HIGHEST_M = -200.0, 3_777.0  # the floor of a limestone mine in 八戸 is at -170; 富士山
COARSEST_M = 30.0  # our choice: cells as long as a street say nothing of its slope
M_PER_DEGREE = 111_000.0  # of latitude
_DEEPEST = 40  # elements within one another: theirs are 11
_CHUNK = 1 << 16
_LONGEST = 1_000  # characters of any word but the heights
_TEXTS = frozenset(
    ["type", "mesh", "timePosition", "lowerCorner", "upperCorner", "low", "high", "startPoint"]
)
_NAMED = re.compile(r"DEM(1A|5A|5B|5C|10A|10B)(?![0-9A-Z])", re.IGNORECASE)
_TYPES = {
    "1mメッシュ(標高)": "DEM1A",
    "5mメッシュ(標高)": "DEM5A",
    "5mメッシュ(数値地形)": "DEM5C",  # or 5B: the less accurate of the two
    "10mメッシュ(火山標高)": "DEM10A",
    "10mメッシュ(標高)": "DEM10B",
}
_WATERS = ("海水面", "内水面")
_GROUNDS = ("地表面", "表層面", "データなし", "その他", *_WATERS)
_SHIFT_JIS = re.compile(
    rb"""(<\?xml[^>]{0,100}encoding=["'])(?:shift_jis|sjis|windows-31j|cp932)""", re.I
)


@dataclass(frozen=True, slots=True)
class TileRead:
    """A tile and what its file says beside it. water: cells of sea and inland waters; datum: "jgd2011" …"""

    tile: HeightTile
    water: int
    datum: str


def read(delivered: bytes, name: str) -> list[TileRead]:
    """The tiles of one file. ``name`` as delivered: it says which kind it is.

    Raises RowError: xml_with_dtd, xml_broken, not_a_dem, and the reasons of a tile: dem_head, dem_order,
    dem_values, too_many_cells, cells_too_coarse, swapped_axes, outside_japan.
    """
    content = _Content()
    try:
        _feed(content, delivered)
    except (expat.ExpatError, UnicodeError, LookupError, ValueError) as error:
        raise RowError("xml_broken", str(error)[:100]) from None
    if not content.found:
        raise RowError("not_a_dem")
    return [_tile(texts, name) for texts in content.found]


def kind_by_name(name: str) -> str:
    """DEM5A of FG-GML-5036-00-00-DEM5A-20161001.xml; "" of others."""
    found = _NAMED.findall(name)
    return f"DEM{found[-1].upper()}" if found else ""


def kind_by_size(cell_m: float) -> str:
    """What a model that does not say its kind is believed like."""
    return "grid1" if cell_m < 3 else "grid5" if cell_m < 7.5 else "grid10"


def known(height_m: NDArray) -> NDArray:
    """The same heights with NaN where they are none that Japan has (-9999 is "unknown")."""
    height_m[~((height_m >= LOWEST_M) & (height_m <= HIGHEST_M))] = np.nan
    return height_m


def _feed(content: "_Content", delivered: bytes) -> None:
    if _SHIFT_JIS.match(delivered):
        delivered = delivered.decode("cp932").encode()
        delivered = re.sub(rb"""encoding=["'][^"']*["']""", b'encoding="utf-8"', delivered, count=1)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = content.refuse
    parser.StartElementHandler = content.begin
    parser.CharacterDataHandler = content.hear
    parser.EndElementHandler = content.end
    for start in range(0, len(delivered), _CHUNK):
        parser.Parse(delivered[start : start + _CHUNK], False)
    parser.Parse(b"", True)


class _Content:
    """Gathers the words of each DEM element; the rest goes by."""

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []
        self._texts: dict[str, str] | None = None
        self._parts: list[str] | None = None
        self._depth = 0

    def refuse(self, *_said: object) -> None:
        """A document type: no delivery of the survey has one."""
        raise RowError("xml_with_dtd")

    def begin(self, name: str, attrs: dict[str, str]) -> None:
        """Begin to listen where a word is expected."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError("too deep")
        local = name.rpartition(":")[2]
        self._parts = None
        if local == "DEM":
            self._texts = {}
        if self._texts is None:
            return
        if local == "Envelope":
            self._texts["srsName"] = attrs.get("srsName", "")[:_LONGEST]
        if local == "sequenceRule":
            self._texts["order"] = attrs.get("order", "")[:_LONGEST]
        if local == "tupleList" or local in _TEXTS:
            self._parts = []

    def hear(self, words: str) -> None:
        """A piece of a word."""
        if self._parts is not None:
            self._parts.append(words)

    def end(self, name: str) -> None:
        """Keep the word; of several days the last, when the tile was made."""
        self._depth -= 1
        local = name.rpartition(":")[2]
        if self._texts is not None and self._parts is not None:
            words = "".join(self._parts)
            self._texts[local] = words if local == "tupleList" else words.strip()[:_LONGEST]
        self._parts = None
        if local == "DEM" and self._texts is not None:
            self.found.append(self._texts)
            self._texts = None


def _tile(texts: dict[str, str], name: str) -> TileRead:
    try:
        south, west = _two(texts["lowerCorner"])
        north, east = _two(texts["upperCorner"])
        (low_x, low_y), (high_x, high_y) = _two(texts["low"]), _two(texts["high"])
        start_x, start_y = _two(texts.get("startPoint", "0 0"))
        cols, rows = int(high_x - low_x) + 1, int(high_y - low_y) + 1
        first = int(start_y - low_y) * cols + int(start_x - low_x)
        heights = texts["tupleList"]
    except (KeyError, ValueError, OverflowError):
        raise RowError("dem_head", name) from None
    if texts.get("order", "+x-y") != "+x-y":
        raise RowError("dem_order", f"{name} {texts['order']}")
    if not (cols >= 1 and rows >= 1 and cols * rows <= CELLS and 0 <= first < cols * rows):
        raise RowError("too_many_cells", name)
    if why := where_in_japan(west, south, east, north):
        raise RowError(why, name)
    if west == east or south == north:
        raise RowError("dem_head", name)
    if (north - south) / rows * M_PER_DEGREE > COARSEST_M:
        raise RowError("cells_too_coarse", name)
    height_m, water = _heights(heights, rows * cols, first, name)
    cell_x, cell_y = (east - west) / cols, (north - south) / rows
    kind = kind_by_name(name) or _TYPES.get(
        unicodedata.normalize("NFKC", texts.get("type", "")), ""
    )
    tile = HeightTile(
        kind=kind or kind_by_size(cell_y * M_PER_DEGREE),
        name=texts.get("mesh") or name,
        made=_day(texts.get("timePosition", "")),
        epsg=DEGREES,
        west=west,
        north=north,
        cell_x=cell_x,
        cell_y=cell_y,
        height_m=height_m.reshape(rows, cols),
    )
    return TileRead(tile, water, texts.get("srsName", "").rpartition(":")[2].partition(".")[0])


def _two(words: str) -> tuple[float, float]:
    one, other = (float(word) for word in words.split())
    if not np.isfinite([one, other]).all():
        raise ValueError
    return one, other


def _heights(words: str, cells: int, first: int, name: str) -> tuple[NDArray[np.float32], int]:
    """(cells,) float32 metres, NaN where unknown, and how many are water."""
    wet = None
    if any(f"{kind}," in words for kind in _WATERS):
        wet = np.array([line.startswith(_WATERS) for line in words.split()])
    for kind in _GROUNDS:
        words = words.replace(f"{kind},", "")
    try:
        values = np.array(words.split(), dtype=np.float64)
    except ValueError:
        raise RowError("dem_values", name) from None
    if first + len(values) > cells:
        raise RowError("too_many_cells", name)
    if wet is not None and len(wet) != len(values):  # a line without its number
        raise RowError("dem_values", name)
    height_m = np.full(cells, np.nan)
    height_m[first : first + len(values)] = values
    if wet is not None:
        height_m[first : first + len(values)][wet] = np.nan
    return known(height_m).astype(np.float32), 0 if wet is None else int(wet.sum())


def _day(words: str) -> str:
    try:
        return date.fromisoformat(words[:10]).isoformat()
    except ValueError:
        return ""

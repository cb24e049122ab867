"""250mの四角: where somebody lives, said no finer than a census square (4分の1地域メッシュ, JIS X 0410).

An address of a page or of a log may name a square; it never names a home. A square is a text of ten digits.
"""

import math
import re

import numpy as np
from numpy.typing import NDArray

from geo.errors import Invalid
from geo.sources import mesh_codes

DIGITS = 10  # 7.5 seconds high and 11.25 wide: some 231 m by 285 m at 35 degrees north
_LON_PARTS, _LAT_PARTS = 320, 480  # squares to a degree
_M_PER_DEGREE = 111_195.0  # of a sphere of 6 371 km; for words in tens of metres


def parse(text: str) -> str:
    """The square that a text names. Raises Invalid ("not_a_square") for what is no code of ten digits, or one
    of no place in Japan."""
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", text):
        raise Invalid(fields={"square": "not_a_square"})
    if not mesh_codes.is_code(np.array([int(text)]), DIGITS)[0]:
        raise Invalid(fields={"square": "not_a_square"})
    return text


def square_of(lonlat: tuple[float, float]) -> str:
    """The square in which a place (lon, lat degrees) lies; of what lies on a border the eastern, the northern
    one. Raises Invalid for a place that is not in Japan."""
    if not all(map(math.isfinite, lonlat)):
        raise Invalid(fields={"square": "not_a_square"})
    col = _part(lonlat[0] - 100, _LON_PARTS, lonlat[0], 100)
    row = _part(lonlat[1], _LAT_PARTS, lonlat[1], 0)
    west, south = divmod(col, 320), divmod(row, 320)
    code = f"{south[0]:02d}{west[0]:02d}"
    code += f"{south[1] // 40}{west[1] // 40}{south[1] // 4 % 10}{west[1] // 4 % 10}"
    for half in (2, 1):
        code += str(1 + west[1] // half % 2 + 2 * (south[1] // half % 2))
    return parse(code)


def box_of(square: str) -> tuple[float, float, float, float]:
    """West, south, east, north of a square in degrees; neighbours share their corners to the last bit."""
    west, south, east, north = mesh_codes.boxes(np.array([int(square)]))[0].tolist()
    return west, south, east, north


def middle_of(square: str) -> tuple[float, float]:
    """lon, lat of the middle of a square."""
    west, south, east, north = box_of(square)
    return (west + east) / 2, (south + north) / 2


def farthest_m(square: str) -> float:
    """Metres from the middle of a square to its corners: nobody in it lives farther from the middle."""
    west, south, east, north = box_of(square)
    wide = (east - west) * math.cos(math.radians((south + north) / 2))
    return math.hypot(wide, north - south) / 2 * _M_PER_DEGREE


def _part(from_zero: float, parts: int, degrees: float, zero: int) -> int:
    """Which part of a degree holds a number, its own beginning included, as ``mesh_codes.boxes`` draws them."""
    at = math.floor(from_zero * parts)
    for shift in (-1, 0, 1):  # what stands on a border may have fallen on the wrong side of it
        begin, end = (zero + (at + shift + side) / parts for side in (0, 1))
        if begin <= degrees < end:
            return at + shift
    return at


def metres_from(lonlat: tuple[float, float], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) lon, lat → (n,) metres as the crow flies, over the few kilometres in which a degree stays as wide."""
    wide = math.cos(math.radians(lonlat[1]))
    east, north = (others - np.array(lonlat)).T
    return np.asarray(np.hypot(east * wide, north) * _M_PER_DEGREE)

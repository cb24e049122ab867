"""地域メッシュの番号: JIS X 0410 codes to squares of degrees, and back to nothing that is not one.

A first mesh (4 digits) is 2/3 of a degree high and one wide; it is parted by 8 (6 digits), by 10
(8 digits: about 1 km), then by 2 each time into quarters 1 SW, 2 SE, 3 NW, 4 NE: 9 digits are about
500 m, 10 about 250 m, 11 about 125 m. A code is the same in every geodetic datum.
"""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]

SIDE_M = {8: 1000, 9: 500, 10: 250, 11: 125}  # digits → side as it is called
_FIRST_LAT, _FIRST_LON = (
    (30, 68),
    (22, 53),
)  # 沖ノ鳥島 3036 .. 択捉島 68.., 与那国島 ..22 .. 南鳥島 ..53


def is_code(codes: Codes, digits: int) -> NDArray[np.bool_]:
    """Whether each number is a code of so many digits (8 to 11): (n,) int64 → (n,) bool."""
    found = _within(codes, (10 ** (digits - 1), 10**digits - 1))
    found &= _within(codes // 10 ** (digits - 2), _FIRST_LAT)
    found &= _within(codes // 10 ** (digits - 4) % 100, _FIRST_LON)
    for place in (5, 6):
        found &= _digit(codes, digits, place) <= 7
    for place in range(9, digits + 1):
        found &= _within(_digit(codes, digits, place), (1, 4))
    return found


def boxes(codes: Codes) -> NDArray[np.float64]:
    """(n,) codes of one length → (n, 4) west, south, east, north in degrees.

    Counted in parts of a first mesh as whole numbers and divided once, so that neighbours share
    their corners to the last bit.
    """
    if not len(codes):
        return np.empty((0, 4))
    digits = len(str(int(codes[0])))
    south, west = codes // 10 ** (digits - 2), codes // 10 ** (digits - 4) % 100
    parts = 1
    for place, by in ((5, 8), (7, 10)):
        south = south * by + _digit(codes, digits, place)
        west = west * by + _digit(codes, digits, place + 1)
        parts *= by
    for place in range(9, digits + 1):
        quarter = _digit(codes, digits, place) - 1
        south, west = south * 2 + quarter // 2, west * 2 + quarter % 2
        parts *= 2
    corners = [
        100 + west / parts,
        south / (1.5 * parts),
        100 + (west + 1) / parts,
        (south + 1) / (1.5 * parts),
    ]
    return np.stack(corners, axis=1)


def _digit(codes: Codes, digits: int, place: int) -> Codes:
    """The digit at a place counted from the left, from 1."""
    return np.asarray(codes // 10 ** (digits - place) % 10, dtype=np.int64)


def _within(numbers: Codes, ends: tuple[int, int]) -> NDArray[np.bool_]:
    return np.asarray((numbers >= ends[0]) & (numbers <= ends[1]), dtype=np.bool_)

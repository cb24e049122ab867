"""地域メッシュ統計 as e-Stat delivers it: tblT001141H4737.txt (500 m), tblT001142Q4737.txt (250 m).

cp932, two header rows, and few people hidden: in a mesh with fewer than 10 people all but 人口
and 世帯総数 are 「*」 (HTKSYORI 2), counted in a neighbour (HTKSAKI) that says so (HTKSYORI 1, GASSAN).
"""

import io

import numpy as np
from numpy.typing import NDArray

from geo.sources.mihon.census import COLUMNS, Census
from geo.sources.mihon.houses import Houses, Whole
from geo.sources.mihon.plane import lonlat

FIRST_MESH = "4737"
_FEW = 10  # people: fewer are hidden
_SHOWN = (0, 1, 2, 33)  # 人口 総数・男・女, 世帯総数: shown even there
_UNDER = {"H": (2,), "Q": (2, 2)}  # how a 1 km mesh is halved
_TABLE = {"H": "T001141", "Q": "T001142"}
Cells = NDArray[np.float64]


def mesh_files(houses: Houses, census: Census) -> dict[str, bytes]:
    """File name -> content, both sizes."""
    degrees = lonlat(houses.xy)
    return {
        f"tbl{_TABLE[size]}{size}{FIRST_MESH}.txt": _table(size, degrees, census.counts)
        for size in ("H", "Q")
    }


def mesh_codes(degrees: NDArray[np.float64], size: str) -> Whole:
    """JIS X 0410 codes of lon, lat: 9 digits for 500 m (H), 10 for 250 m (Q)."""
    south, west = degrees[:, 1] * 1.5, degrees[:, 0] - 100
    code = np.zeros(len(degrees), dtype=np.int64)
    for parts, width in ((1, 2), (8, 1), (10, 1)):
        south, west = south * parts, west * parts
        code = (code * 10**width + np.floor(south).astype(np.int64)) * 10**width
        code += np.floor(west).astype(np.int64)
        south, west = south - np.floor(south), west - np.floor(west)
    for _ in _UNDER[size]:
        south, west = south * 2, west * 2
        quarter = 1 + np.floor(west) + 2 * np.floor(south)
        code = code * 10 + quarter.astype(np.int64)
        south, west = south - np.floor(south), west - np.floor(west)
    return code


def _table(size: str, degrees: NDArray[np.float64], counts: Whole) -> bytes:
    codes, cell = np.unique(mesh_codes(degrees, size), return_inverse=True)
    sums = np.zeros((len(codes), counts.shape[1]), dtype=np.int64)
    np.add.at(sums, cell, counts)
    lived_in = sums[:, 0] > 0
    centres = np.array([degrees[cell == at].mean(axis=0) for at in range(len(codes))])
    codes, sums, centres = codes[lived_in], sums[lived_in], centres[lived_in]
    goes_to = _hidden(sums[:, 0], centres)
    shown = sums.copy()
    np.add.at(shown, goes_to[goes_to >= 0], sums[goes_to >= 0])
    shown[:, list(_SHOWN)] = sums[:, list(_SHOWN)]
    return _text(size, codes, shown, goes_to)


def _hidden(people: Whole, centres: Cells) -> Whole:
    """For every mesh the one it is counted in, -1 where it stands for itself: the nearest."""
    goes_to = np.full(len(people), -1, dtype=np.int64)
    enough = np.flatnonzero(people >= _FEW)
    for few in np.flatnonzero(people < _FEW):
        away = np.hypot(*(centres[enough] - centres[few]).T)
        goes_to[few] = enough[np.argmin(away)]
    return goes_to


def _text(size: str, codes: Whole, shown: Whole, goes_to: Whole) -> bytes:
    text = io.StringIO()
    names = [f"{_TABLE[size]}{number:03d}" for number in range(1, len(COLUMNS) + 1)]
    text.write(",".join(["KEY_CODE", "HTKSYORI", "HTKSAKI", "GASSAN", *names]) + "\r\n")
    text.write(",".join(["", "", "", "", *COLUMNS]) + "\r\n")
    for at, code in enumerate(codes):
        guests = ";".join(str(codes[guest]) for guest in np.flatnonzero(goes_to == at))
        is_hidden = goes_to[at] >= 0
        cells = [
            "*" if is_hidden and column not in _SHOWN else str(number)
            for column, number in enumerate(shown[at])
        ]
        state = "2" if is_hidden else "1" if guests else "0"
        where = str(codes[goes_to[at]]) if is_hidden else ""
        text.write(",".join([str(code), state, where, guests, *cells]) + "\r\n")
    return text.getvalue().encode("cp932")

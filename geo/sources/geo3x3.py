"""Geo3x3: a place as one word of digits, as 越前市 writes it in its list of facilities.

The half of the globe (E, W), then again and again one of nine parts of a cell, counted west to east.
Published by its author under CC0 (github.com/taisukef/Geo3x3), first with the rows counted from
the south, later (1.03) from the north: the same word is then the mirrored place south of the equator,
so in Japan only one of both readings can be meant.
"""

import re

from geo.sources.delivery import where_in_japan

_WORD = re.compile(r"E([1-9]{12,30})0*", re.IGNORECASE)  # 12 digits: a cell of 40 m


def decode(word: str) -> tuple[float, float] | None:
    """lon, lat of the middle of a cell in Japan, None for anything else or a cell over 40 m."""
    match = _WORD.fullmatch(word.strip())
    if not match:
        return None
    unit, lon, rows = 180.0, 0.0, 0.0
    for digit in match[1]:
        unit /= 3
        row, column = divmod(int(digit) - 1, 3)
        lon += column * unit
        rows += row * unit
    lon, lat = lon + unit / 2, rows + unit / 2 - 90
    for north in (lat, -lat):
        if where_in_japan(lon, north, lon, north) is None:
            return lon, north
    return None

"""測地系: coordinates of a file, in whatever system it says, as lon, lat of JGD2011.

Read as they are: WGS84, JGD2011, and JGD2000 (said). From metres: 平面直角座標系 of JGD2011, JGD2000
and the old Tokyo datum, Web Mercator. Old Tokyo goes by way of JGD2000 with what PROJ has: without
the Geographical Survey's grid that is three shifts, and PROJ states 9 m. PROJ's own direct path to
JGD2011 would shift nothing at all ("ballpark") and be 400 m off.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.transformer import TransformerGroup

from geo.errors import Unreadable

NO_CRS = "no_crs_wgs84"
NO_PRJ = "no_prj_jgd"
JGD2000_AS_IS = "jgd2000_as_is"
TOKYO = "tokyo_datum"

_WGS84, _JGD2000, _JGD2011, _TOKYO, _MERCATOR = 4326, 4612, 6668, 4301, 3857
_PLANE_JGD2000 = range(2443, 2462)
_PLANE_JGD2011 = range(6669, 6688)
_PLANE_TOKYO = range(30161, 30180)

Convert = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Datum:
    """How to read coordinates of one system.

    crs          "CRS84" or "EPSG:n", "" when unsaid
    convert      (n, 2) as delivered, east first -> (n, 2) lon, lat; None when they are that
    assumptions  codes: jgd2000_as_is, tokyo_datum=m with the accuracy that PROJ states in metres
    """

    crs: str
    convert: Convert | None
    assumptions: tuple[str, ...]


def of(code: str) -> Datum:
    """The way from "CRS84", "EPSG:6674" or "6674". Raises Unreadable: crs_not_supported."""
    digits = code.strip().upper().removeprefix("EPSG:")
    epsg = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else 0
    named = f"EPSG:{epsg}" if epsg else digits
    # JGD2000 and JGD2011 differ by the earthquakes since: centimetres, up to 5 m around 牡鹿半島
    # (国土地理院, 2011). Less than the 25 m a school district is drawn to, so it is read as is.
    if epsg in (_WGS84, _JGD2011) or digits == "CRS84":
        return Datum(named, None, ())
    if epsg == _JGD2000:
        return Datum(named, None, (JGD2000_AS_IS,))
    if epsg in _PLANE_JGD2000:
        return Datum(named, _from(epsg, _JGD2000), (JGD2000_AS_IS,))
    if epsg in _PLANE_JGD2011 or epsg == _MERCATOR:
        return Datum(named, _from(epsg, _WGS84 if epsg == _MERCATOR else _JGD2011), ())
    if epsg != _TOKYO and epsg not in _PLANE_TOKYO:
        raise Unreadable(reason="crs_not_supported", crs=code[:100])
    ways = TransformerGroup(epsg, _JGD2000, always_xy=True, allow_ballpark=False).transformers
    if not ways:  # a PROJ without its data: better no map than one 400 m off
        raise Unreadable(reason="crs_not_supported", crs=named)
    return Datum(named, _by(ways[0]), (f"{TOKYO}={ways[0].accuracy:g}", JGD2000_AS_IS))


def _from(epsg: int, target: int) -> Convert:
    return _by(Transformer.from_crs(epsg, target, always_xy=True))


def _by(way: Transformer) -> Convert:
    def convert(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
        east, north = way.transform(pairs[:, 0], pairs[:, 1])
        return np.column_stack([east, north])

    return convert

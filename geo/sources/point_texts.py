"""場所の文字: a point written as text in a column, as databases export it (WKB in hex, WKT)."""

import math
import re
import struct

_WKT = re.compile(
    r"(?:SRID=(?P<srid>\d+);)?\s*POINT\s*(?:Z|M|ZM)?\s*\(\s*(?P<x>[-+.\dEe]+)\s+(?P<y>[-+.\dEe]+)",
    re.IGNORECASE,
)
_POINT, _HAS_SRID = 1, 0x20000000  # EWKB: the flag of a system of coordinates
_DEGREES = {4326, 4612, 6668}  # WGS84, JGD2000, JGD2011: lon, lat as they are


def read(text: str) -> tuple[float, float] | None:
    """lon, lat of a point in hex EWKB or WKT; None for anything else, or in other systems."""
    text = text.strip()
    if re.fullmatch("(?:00|01)[0-9A-Fa-f]{40,80}", text):
        return _wkb(bytes.fromhex(text)) if len(text) % 2 == 0 else None
    match = _WKT.match(text)
    if not match or int(match["srid"] or 4326) not in _DEGREES:
        return None
    try:
        return _finite(float(match["x"]), float(match["y"]))
    except ValueError:
        return None


def _wkb(raw: bytes) -> tuple[float, float] | None:
    order = "<" if raw[0] == 1 else ">"
    (kind,) = struct.unpack_from(f"{order}I", raw, 1)
    at = 5
    if kind & _HAS_SRID:
        (srid,) = struct.unpack_from(f"{order}I", raw, at)
        at += 4
        if srid not in _DEGREES:
            return None
    if kind & 0xFF != _POINT or len(raw) < at + 16:
        return None
    return _finite(*struct.unpack_from(f"{order}dd", raw, at))


def _finite(lon: float, lat: float) -> tuple[float, float] | None:
    return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) else None

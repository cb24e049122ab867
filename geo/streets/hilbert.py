"""Hilbert's curve (1891): an order of places in which neighbours on the map are neighbours in memory."""

import numpy as np
from numpy.typing import NDArray

_BITS = 16


def hilbert_key(xy_m: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n, 2) metres -> (n,) int64, how far along the curve through their bounding square each lies."""
    low = xy_m.min(axis=0) if len(xy_m) else np.zeros(2)
    span = float(np.ptp(xy_m, axis=0).max()) if len(xy_m) else 1.0
    side = 1 << _BITS
    x, y = ((xy_m - low) * ((side - 1) / max(span, 1e-9))).astype(np.int64).T
    key = np.zeros(len(xy_m), np.int64)
    step = side >> 1
    while step:
        right, up = (x & step) > 0, (y & step) > 0
        key += step * step * ((3 * right) ^ up)
        flip = ~up & right
        x, y = np.where(flip, side - 1 - x, x), np.where(flip, side - 1 - y, y)
        x, y = np.where(up, x, y), np.where(up, y, x)
        step >>= 1
    return key

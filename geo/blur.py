"""場所をぼかす: where residents see a place whose host does not want to be found by a pin."""

import math

# A half mesh (2分の1地域メッシュ, JIS X 0410): 15 seconds of latitude by 22.5 of longitude, about 500 m.
CELL_LON_DEG = 22.5 / 3600
CELL_LAT_DEG = 15 / 3600


def blurred(lonlat: tuple[float, float]) -> tuple[float, float]:
    """The centre of the half mesh that holds a place, in degrees.

    The same place is always blurred to the same point, so that asking again tells nothing more.
    PRACTICE asks for at least 20 homes around it: until homes are imported the cell is all that is
    known (DECISIONS, "Blurring").
    """
    lon, lat = lonlat
    return (
        round((math.floor(lon / CELL_LON_DEG) + 0.5) * CELL_LON_DEG, 6),
        round((math.floor(lat / CELL_LAT_DEG) + 0.5) * CELL_LAT_DEG, 6),
    )

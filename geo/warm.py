"""準備: the kernels of the street engine, compiled and loaded before the first visitor asks.

``python -m geo.warm``. Cold it takes some 20 s of one core, once for a machine and a version of the code;
then the machine code is kept (geo/streets/compiled.py) and loading it takes about a second.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from geo.access.coverage import tally_speeds
from geo.area import Area
from geo.reach import around, on_street, seconds_between
from geo.reach_questions import Walk
from geo.sources import osm_streets
from geo.streets.build import build_network
from geo.streets.points import point_seconds

# Two streets that meet, at sea in plane zone 6; one is one-way, so that both directions are searched.
_STREETS = """<?xml version="1.0"?><osm version="0.6"><bounds minlon="135.9" minlat="32.4" maxlon="136.1" maxlat="32.6"/>
<node id="1" lon="136.00" lat="32.50"/><node id="2" lon="136.01" lat="32.50"/><node id="3" lon="136.01" lat="32.51"/>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>
<way id="2"><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/><tag k="oneway" v="yes"/></way></osm>"""
_PLACES = ((136.002, 32.5001), (136.0101, 32.504))


def warm_up() -> None:
    """Ask of a tiny drawing whatever pages and commands ask of a city."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "warm.osm"
        path.write_text(_STREETS, encoding="utf-8")
        area = Area(build_network(osm_streets.read(path), 6, "warm"))
    for profile in ("on_foot", "wheelchair", "car"):  # one speed, slopes, times
        for backward in (False, True):
            walk = Walk.parse(profile, "5,10", backward=backward)
            start = on_street(area, walk, _PLACES[:1])
            around(area, walk, start)
            seconds_between(area, walk, start, on_street(area, walk, _PLACES))
            point_seconds(area.graph(walk.profile), start, walk.longest_s, backward)
    one = np.ones(1)
    tally_speeds(np.ones((1, 4)), np.zeros(1, np.int32), one, one > 0, one, (60.0,), 80.0, (80.0,))


if __name__ == "__main__":
    warm_up()

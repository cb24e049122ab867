"""準備: after it no visitor waits for a kernel, however they move."""

import json
import subprocess
import sys
from pathlib import Path

from tests.geo.streets.drawing import grid_town

HOUSE = Path(__file__).parents[2]
ASK = """
import gc, json, sys
from pathlib import Path
from numba.core.dispatcher import Dispatcher
from geo.area import Area
from geo.reach import around, on_street, seconds_between
from geo.reach_questions import Walk, profiles
from geo.sources import osm_streets
from geo.streets.archive import find_network, save_network
from geo.streets.build import build_network
from geo.warm import warm_up

def loaded():
    kernels = [one for one in gc.get_objects() if isinstance(one, Dispatcher)]
    return {f"{k.py_func.__module__}.{k.py_func.__name__}": len(k.signatures) for k in kernels}

folder = Path(sys.argv[1])
version = save_network(build_network(osm_streets.read(folder / "town.osm"), 6, "town"), folder).name
warm_up()
before = loaded()
area = Area(find_network(folder, version))
lonlat = area.network.lonlat(area.network.node_xy_m[:1])[0]
for code in profiles():
    for modifiers in ((), ("slope", "steps", "snow", "night")):
        for backward in (False, True):
            walk = Walk.parse(code, "5,10", modifiers, backward=backward)
            start = on_street(area, walk, [lonlat])
            around(area, walk, start)
            seconds_between(area, walk, start, start)
after = loaded()
print(json.dumps([len(before), [name for name in after if after[name] != before.get(name, 0)]]))
"""


def test_whoever_asks_first_waits_for_no_kernel(tmp_path):
    (tmp_path / "town.osm").write_text(grid_town(6).xml(), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path)],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=True,
    )
    kernels, late = json.loads(run.stdout)
    assert kernels > 20
    assert late == []

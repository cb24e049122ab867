"""Heights of streets: the ground, tags where it is silent, and straight lines over bridges."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from geo import crs
from geo.sources import osm_streets
from geo.streets.build import Ground, build_network, version_of
from geo.streets.profile import get_profile
from geo.streets.slope import slopes
from tests.geo.streets.drawing import CORNER_M, ZONE, Drawing


def on_ground(drawn, height_of):
    """The network of a drawing over ground whose height is a function of metres east."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.osm"
        path.write_text(drawn.xml(), encoding="utf-8")
        raw = osm_streets.read(path)
    east = crs.to_plane_m(raw.ref_lonlat, ZONE)[:, 0] - CORNER_M[0]
    ground = Ground(np.array([height_of(x) for x in east], np.float32), "ground")
    return build_network(raw, ZONE, "drawn", ground=ground)


def profile_of(net, way):
    """Metres above the sea of the points of the edge of a way, from west to east."""
    edge = int(np.flatnonzero(net.edge_way == way)[0])
    points = slice(net.first_point[edge], net.first_point[edge + 1])
    heights = net.point_height_m[points]
    return (
        heights if net.point_xy_m[points][0, 0] < net.point_xy_m[points][-1, 0] else heights[::-1]
    ).tolist()


def valley(x):
    """Level ground at 20 m with a gorge at 5 m between 100 and 200 m east."""
    return 5.0 if 100 < x < 200 else 20.0


def test_streets_lie_on_the_ground_and_uphill_is_not_downhill():
    """A street of 100 m that climbs 5 m: 60 s up take exp(3.5 * 0.05) times as long, down as on the level."""
    net = on_ground(Drawing().way((0, 0), (80, 0)), lambda x: x * 0.05)
    up, down = sorted(get_profile("on_foot").with_modifiers("slope").edge_seconds(net)[0])[::-1]
    assert (up, down) == pytest.approx((60 * np.exp(0.175), 60), abs=0.02)  # 71.5 and 60
    assert get_profile("on_foot").edge_seconds(net)[0] == pytest.approx([60, 60], abs=0.02)


def test_where_the_ground_is_unknown_a_tag_speaks_and_where_both_are_silent_nobody_does():
    drawn = Drawing().way((0, 0), (80, 0), (160, 0)).node((80, 0), ele=7).node((0, 0), ele=99)
    net = on_ground(drawn, lambda x: 3.0 if x < 40 else np.nan)
    assert profile_of(net, 1) == pytest.approx([3, 7, np.nan], nan_ok=True)


@pytest.mark.parametrize("carried", [{"bridge": "yes"}, {"tunnel": "yes"}])
def test_a_bridge_or_a_tunnel_goes_straight_from_bank_to_bank(carried):
    drawn = Drawing().way((0, 0), (90, 0)).way((90, 0), (150, 0), (210, 0), **carried)
    net = on_ground(drawn.way((210, 0), (300, 0)), valley)
    assert profile_of(net, 2) == pytest.approx([20, 20, 20])
    assert slopes(net).steepest.max() == pytest.approx(0)
    bare = Drawing().way((0, 0), (90, 0)).way((90, 0), (150, 0), (210, 0))
    assert profile_of(on_ground(bare.way((210, 0), (300, 0)), valley), 2) == pytest.approx(
        [20, 5, 20]
    )


def test_a_bridge_drawn_in_pieces_slants_along_all_of_them():
    """From 20 m at 90 to 26 m at 210, with a node at 130 that hangs in the air over the gorge."""
    drawn = Drawing().way((0, 0), (90, 0)).way((90, 0), (130, 0), bridge="yes")
    drawn.way((130, 0), (210, 0), bridge="viaduct").way((210, 0), (300, 0))
    net = on_ground(drawn, lambda x: valley(x) if x < 200 else 26.0)
    assert profile_of(net, 2) == pytest.approx([20, 22], abs=0.01)
    assert profile_of(net, 3) == pytest.approx([22, 26], abs=0.01)


def test_a_tag_on_a_bridge_is_of_the_bridge():
    drawn = (
        Drawing().way((0, 0), (90, 0)).way((90, 0), (150, 0), bridge="yes").node((150, 0), ele=24)
    )
    net = on_ground(drawn.way((150, 0), (210, 0), bridge="yes").way((210, 0), (300, 0)), valley)
    assert profile_of(net, 2) == pytest.approx([20, 24])
    assert profile_of(net, 3) == pytest.approx([24, 20])


def test_a_bridge_that_nowhere_meets_the_ground_has_no_height():
    drawn = Drawing().way((120, 0), (180, 0), bridge="yes").way((0, 0), (90, 0))
    net = on_ground(drawn, valley)
    assert np.isnan(profile_of(net, 1)).all()


def test_another_ground_is_another_version():
    drawn = Drawing().way((0, 0), (9, 0))
    assert on_ground(drawn, valley).version == version_of("drawn", ZONE, None, "ground")
    assert drawn.network().version == version_of("drawn", ZONE, None)
    assert version_of("drawn", ZONE, None, "ground") != version_of("drawn", ZONE, None)

"""From ways to a network: what is a node, what is only a point, what keeps its name."""

import numpy as np
import pytest
import shapely

from geo.errors import Invalid
from geo.streets.build import Coverage, build_network, version_of
from geo.streets.network import Built, Known, Mode, StreetClass, Surface
from tests.geo.streets.drawing import CORNER_M, Drawing, grid_town, node


def test_only_places_where_streets_meet_or_end_are_nodes():
    net = Drawing().way((0, 0), (50, 10), (100, 0), (200, 0)).way((100, 0), (100, 90)).network()
    assert (net.node_count, net.edge_count) == (4, 3)
    edge = np.flatnonzero((net.edge_ends == node(net, (0, 0))).any(axis=1))[0]
    assert len(net.shape_xy_m(edge)) == 3
    assert net.edge_length_m[edge] == pytest.approx(2 * np.hypot(50, 10), abs=0.02)


def test_lengths_are_those_of_the_plane():
    net = grid_town(3).network()
    assert net.edge_length_m == pytest.approx(80.0, abs=0.02)
    assert (net.node_count, net.edge_count) == (16, 24)


def test_two_ways_that_meet_end_to_end_stay_two_edges_with_their_numbers():
    net = Drawing().way((0, 0), (80, 0)).way((80, 0), (160, 0)).network()
    assert (net.node_count, sorted(net.edge_way.tolist())) == (3, [1, 2])


def test_a_ring_without_a_junction_is_one_edge_from_a_node_to_itself():
    net = Drawing().way((0, 0), (80, 0), (80, 80), (0, 0)).network()
    assert net.edge_ends.tolist() == [[0, 0]]
    assert net.edge_length_m[0] == pytest.approx(160 + np.hypot(80, 80), abs=0.02)


def test_a_street_that_passes_twice_through_a_place_is_cut_there():
    net = Drawing().way((0, 0), (80, 0), (80, 80), (0, 0), (0, -80)).network()
    assert (net.node_count, net.edge_count) == (2, 2)


def test_an_edge_keeps_what_its_way_says():
    tags = {"lit": "no", "surface": "gravel", "wheelchair": "no", "bridge": "yes", "maxspeed": "30"}
    net = Drawing().way((0, 0), (80, 0), highway="track", **tags).network()
    kept = (net.edge_class, net.edge_lit, net.edge_surface, net.edge_wheelchair, net.edge_built)
    assert [array[0] for array in kept] == [
        StreetClass.TRACK,
        Known.NO,
        Surface.ROUGH,
        Known.NO,
        Built.BRIDGE,
    ]
    assert net.edge_max_kmh[0] == 30


def test_steps_are_shared_by_length_where_a_flight_is_cut():
    net = (
        Drawing()
        .way((0, 0), (30, 0), (40, 0), highway="steps", step_count=80)
        .way((30, 0), (30, 50))
        .network()
    )
    flights = net.edge_steps[net.edge_class == StreetClass.STEPS]
    assert sorted(flights.tolist()) == pytest.approx([20, 60], abs=0.01)
    assert np.isnan(net.edge_steps[net.edge_class != StreetClass.STEPS]).all()


def test_heights_of_nodes_stand_at_the_points_and_are_unknown_elsewhere():
    net = Drawing().way((0, 0), (40, 0), (80, 0)).node((40, 0), ele="12.5").network()
    assert net.point_height_m.tolist() == pytest.approx([np.nan, 12.5, np.nan], nan_ok=True)


def test_a_short_piece_that_hangs_with_nothing_is_marked_and_a_long_one_is_not():
    town = grid_town(20)
    town.way((5000, 0), (5300, 0))  # 300 m of farm track
    town.way((9000, 0), (10_500, 0))  # an island with a road of its own
    net = town.network()
    assert net.node_apart[node(net, (0, 0))] == 0
    assert net.node_apart[node(net, (5000, 0))] & Mode.FOOT.bit
    assert net.node_apart[node(net, (9000, 0))] & Mode.FOOT.bit == 0
    pieces = [net.node_component[node(net, p)] for p in ((0, 0), (9000, 0), (5000, 0))]
    assert pieces == [0, 1, 2]


def test_a_car_that_cannot_come_back_is_cut_off_and_a_person_is_not():
    net = grid_town(20).way((0, 0), (-200, 0), oneway="yes").network()
    end = net.node_apart[node(net, (-200, 0))]
    assert (end & Mode.CAR.bit > 0, end & Mode.FOOT.bit > 0) == (True, False)


def test_a_barrier_is_a_node_that_says_who_stops():
    net = Drawing().way((0, 0), (40, 0), (80, 0)).node((40, 0), barrier="bollard").network()
    assert net.node_shut[node(net, (40, 0))] == Mode.CAR.bit


def test_water_is_where_its_cells_are():
    net = (
        Drawing()
        .way((0, 0), (400, 0))
        .water((100, 40), (300, 40), (300, 140), (100, 140))
        .network()
    )
    middle = ((np.array([200, 100]) + CORNER_M - net.water_origin) // 20).astype(int)
    beside = ((np.array([200, 20]) + CORNER_M - net.water_origin) // 20).astype(int)
    assert net.water[middle[1], middle[0]] == 1
    assert net.water[beside[1], beside[0]] == 0
    assert (net.water == 1).sum() * 400 == 200 * 100


def test_what_the_extract_knows_is_the_box_else_the_hull():
    drawn = Drawing().way((0, 0), (800, 0), (800, 800))
    assert drawn.network().coverage_from == "hull"
    drawn.head = '<bounds minlat="28" minlon="136" maxlat="29" maxlon="137"/>'
    boxed = drawn.network()
    assert (boxed.coverage_from, boxed.knows(136.5, 28.5), boxed.knows(135, 28.5)) == (
        "box",
        True,
        False,
    )
    said = Coverage(shapely.box(136, 28, 136.5, 29), "file")
    assert drawn.network(said).knows(136.9, 28.5) is False


def test_the_version_changes_with_the_source_the_zone_and_the_edge():
    edge = Coverage(shapely.box(136, 28, 137, 29), "file")
    versions = {
        version_of("a", 6, None),
        version_of("b", 6, None),
        version_of("a", 7, None),
        version_of("a", 6, edge),
    }
    assert len(versions) == 4
    assert Drawing().way((0, 0), (9, 0)).network().version == version_of("drawn", 6, None)


def test_there_is_no_zone_20(tmp_path):
    from geo.sources import osm_streets  # noqa: PLC0415

    path = tmp_path / "a.osm"
    path.write_text(Drawing().way((0, 0), (9, 0)).xml())
    with pytest.raises(Invalid):
        build_network(osm_streets.read(path), 20, "x")


def test_the_same_file_makes_the_same_arrays(city, city_network):
    from geo.sources import osm_streets  # noqa: PLC0415
    from geo.streets.network import ARRAYS  # noqa: PLC0415

    again = build_network(osm_streets.read(city / "streets/mihon.osm.pbf"), 6, "mihon")
    for name in ARRAYS:
        assert getattr(again, name).tobytes() == getattr(city_network, name).tobytes(), name


def test_mihon_has_its_1009_kilometres_its_stairs_and_its_unreached_farm(city_network):
    foot = (city_network.edge_open & Mode.FOOT.along) > 0
    assert city_network.edge_length_m[foot].sum() / 1000 == pytest.approx(1009.1, abs=0.1)
    assert np.nansum(city_network.edge_steps) == 78
    apart = (city_network.node_apart & Mode.FOOT.bit) > 0
    assert 0 < apart.sum() < 6


def test_the_core_of_sabae_is_the_224_kilometres_that_its_source_states(real):
    from geo.sources import osm_streets  # noqa: PLC0415

    net = build_network(osm_streets.read(real / "sabae/osm/sabae_core.osm.pbf"), 6, "sabae")
    assert net.edge_length_m.sum() / 1000 == pytest.approx(224, abs=0.5)
    assert (net.node_count, net.edge_count, net.coverage_from) == (2050, 2881, "hull")

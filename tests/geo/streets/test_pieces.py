"""What hangs together."""

import numpy as np
from hypothesis import given, settings
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from geo.streets.graph import arcs_of
from geo.streets.network import frozen
from geo.streets.pieces import by_size, components
from tests.geo.streets import drawing


@settings(max_examples=200, deadline=None)
@given(drawing.graphs(symmetric=False))
def test_components_are_those_that_scipy_finds(given_graph):
    arcs, _ = given_graph
    nodes = len(arcs.first) - 1
    label = components(arcs.first, frozen(arcs.head))
    columns = (np.ones(len(arcs.head)), arcs.head.copy(), arcs.first.copy())
    there = csr_matrix(columns, shape=(nodes, nodes))
    there.sum_duplicates()  # scipy goes round for ever where two arcs join the same nodes
    _, plain = connected_components(there, directed=True, connection="strong")
    assert len(set(zip(label.tolist(), plain.tolist(), strict=True))) == len(set(plain.tolist()))
    assert len(set(label.tolist())) == len(set(plain.tolist()))


def test_a_ring_of_a_hundred_thousand_one_way_streets_is_one_piece():
    """No recursion that a long street could exhaust."""
    ring = np.arange(100_000)
    arcs = arcs_of(ring, np.roll(ring, -1), np.ones(100_000, int), 100_000)
    assert (components(arcs.first, frozen(arcs.head)) == 0).all()


def test_pieces_are_numbered_by_their_length():
    label = np.array([0, 0, 1, 1, 2], np.int32)
    ends = np.array([[0, 1], [2, 3], [1, 2]], np.int32)
    rank, metres = by_size(label, ends, np.array([50.0, 70.0, 999.0]))
    assert rank.tolist() == [1, 1, 0, 0, 2]
    assert metres.tolist() == [70, 50, 0]

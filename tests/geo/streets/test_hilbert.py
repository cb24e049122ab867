"""An order in which neighbours stay neighbours."""

import numpy as np

from geo.streets.hilbert import hilbert_key


def test_four_quarters_in_the_order_of_the_curve():
    quarters = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    assert np.argsort(hilbert_key(quarters)).tolist() == [0, 1, 2, 3]


def test_each_step_along_the_curve_of_a_grid_goes_to_a_neighbour():
    y, x = np.mgrid[0:16, 0:16]
    grid = np.column_stack([x.ravel(), y.ravel()]).astype(float)
    walk = grid[np.argsort(hilbert_key(grid))]
    assert np.abs(np.diff(walk, axis=0)).sum(axis=1).tolist() == [1] * 255


def test_one_place_and_none():
    assert hilbert_key(np.zeros((1, 2))).tolist() == [0]
    assert hilbert_key(np.zeros((0, 2))).tolist() == []

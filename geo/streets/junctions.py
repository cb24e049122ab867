"""交差点: the seconds a car loses where streets meet and at signals, laid on the streets themselves.

A street pays half of each junction at both of its ends, so that a way through pays the whole, from
either side the same, and searches stay those of plain nodes. Turning round is on no quickest way, and
which turns are forbidden is left out: we know streets, not pairs of streets.
"""

import numpy as np
from numpy.typing import NDArray

from geo.streets.network import Built, StreetClass, StreetNetwork

# OSRM's profile for cars (car.lua: at most 7.5 s, bias 1.075, fitted there to real driving) gives 0.0 s
# for going straight on, 2.1 for the turn to the near side and 5.4 for that across the traffic of a
# right-angled junction. Their mean, since a node does not know who turns.
TURN_S = 2.5
SIGNAL_S = 2.0  # the same profile, at each signal
# Roads whose speed was measured from end to end (profile.CAR_KMH): junctions and signals are in it.
_MEASURED = (StreetClass.MOTORWAY, StreetClass.TRUNK, StreetClass.PRIMARY)
_RANKED = StreetClass.TRACK  # the last class that cars drive on
_MEET = 3


def waits_s(network: StreetNetwork, passed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(edges, 2) float64: seconds lost along and against each edge, halves of its ends and the signals
    between them.

    passed  (edges, 2) bool: what the car passes
    Whoever has priority loses nothing: of its own rank or higher, three streets must meet. Inside a
    roundabout one has it.
    """
    used = passed.any(axis=1)
    ends, rank = network.edge_ends, network.edge_class.astype(np.int64)
    meet = np.zeros((_RANKED + 1, network.node_count), np.int64)
    counted = used & (rank <= _RANKED)
    for side in (0, 1):
        np.add.at(meet, (rank[counted], ends[counted, side]), 1)
    meet = np.cumsum(meet, axis=0)  # streets of that rank or higher
    pays = counted & ~np.isin(rank, _MEASURED) & ((network.edge_built & Built.ROUNDABOUT) == 0)
    waits = np.zeros((network.edge_count, 2))
    waits[pays] = SIGNAL_S * network.edge_signals[pays]
    for side in (0, 1):
        node = ends[pays, side]
        lost = TURN_S * (meet[rank[pays], node] >= _MEET) + SIGNAL_S * network.node_signal[node]
        waits[pays] += lost[:, None] / 2
    return waits

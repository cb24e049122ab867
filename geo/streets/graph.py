"""What one traveller can use of a network, with whole numbers for weights.

Whole numbers, not floats: somebody who needs exactly thirty minutes is within thirty minutes, on every
machine and by every algorithm. A unit is a decimetre where time is metres over one speed (then people
of any speed share one graph), else a tenth of a second.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.streets.network import StreetNetwork, frozen
from geo.streets.profile import TravelProfile

CLOSED = 2**30  # the weight of what is not passed; more than any limit
LONGEST = 2**29  # units; a search is never asked for more


@dataclass(frozen=True, slots=True)
class Arcs:
    """A weighted graph as CSR. Arcs leaving node i are first[i] : first[i + 1].

    first     (nodes + 1,)  int32
    links     (2 arcs,)     int32  head and weight of each arc in turns: one cache line for both
    heaviest  the largest weight
    """

    first: NDArray[np.int32]
    links: NDArray[np.int32]
    heaviest: int

    @property
    def head(self) -> NDArray[np.int32]:
        """(arcs,) int32: the node each arc leads to."""
        return self.links[::2]

    @property
    def units(self) -> NDArray[np.int32]:
        """(arcs,) int32: the weight of each arc."""
        return self.links[1::2]


@dataclass(frozen=True, slots=True)
class TravelGraph:
    """A network as one traveller uses it.

    out, into      arcs as they are walked, and turned round (the same object where every street takes
                   as long both ways)
    arc_edge       (arcs,)      int32   of ``out``: 2 * edge, + 1 against its drawing
    edge_units     (edges, 2)   int32   units along and against; CLOSED where not passed
    unit_s         seconds of one unit
    """

    network: StreetNetwork
    profile: TravelProfile
    out: Arcs
    into: Arcs
    arc_edge: NDArray[np.int32]
    edge_units: NDArray[np.int32]
    unit_s: float

    @property
    def metric(self) -> str:
        """A checksum of the arcs: two graphs with the same one share a hierarchy (people of any speed
        who walk metres), and one kept on disk is never that of other weights."""
        digest = hashlib.blake2b(self.out.first.tobytes(), digest_size=12)
        digest.update(self.out.links.tobytes())
        return digest.hexdigest()

    @property
    def is_symmetric(self) -> bool:
        """Whether there and back take the same."""
        return self.out is self.into

    @property
    def m_per_unit(self) -> float:
        """Metres off the street that take one unit, at the profile's flat speed."""
        return self.profile.metres_per_min / 60 * self.unit_s

    def units_within(self, limit_s: float) -> int:
        """The most units that take no longer than a limit."""
        return int(min(np.floor(limit_s / self.unit_s + 1e-6), LONGEST))


def graph_of(network: StreetNetwork, profile: TravelProfile) -> TravelGraph:
    """The graph of a traveller: what is closed to them is not in it."""
    speed = profile.one_speed(network)
    if speed is not None:
        unit_s = 6.0 / speed  # a decimetre
        passed = profile.open_arcs(network)
        units = np.where(passed, np.rint(network.edge_length_m[:, None] * 10), CLOSED)
    else:
        unit_s = 0.1
        seconds = profile.edge_seconds(network)
        units = np.where(np.isfinite(seconds), np.rint(seconds * 10), CLOSED)
    edge_units = frozen(np.minimum(units, CLOSED).astype(np.int32))
    out, arc_edge = _arcs(network, profile, edge_units)
    both_ways = bool((edge_units[:, 0] == edge_units[:, 1]).all())
    shut = bool((network.node_shut & profile.mode.bit).any())
    into = out if both_ways and not shut else turned(out)
    return TravelGraph(network, profile, out, into, arc_edge, edge_units, unit_s)


def arcs_of(tail: NDArray, head: NDArray, units: NDArray, nodes: int) -> Arcs:
    """Arcs from three columns in any order."""
    order = np.lexsort((units, head, tail))
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))])
    links = np.column_stack([head[order], units[order]]).astype(np.int32)
    return Arcs(frozen(first.astype(np.int32)), frozen(links.ravel()), int(units.max(initial=0)))


def turned(arcs: Arcs) -> Arcs:
    """Every arc walked backwards: a search on it finds the way *to* its starts."""
    nodes = len(arcs.first) - 1
    tail = np.repeat(np.arange(nodes), np.diff(arcs.first))
    return arcs_of(arcs.head, tail, arcs.units, nodes)


def _arcs(
    network: StreetNetwork, profile: TravelProfile, edge_units: NDArray[np.int32]
) -> tuple[Arcs, NDArray[np.int32]]:
    """What of the network's arcs is passed. An arc to a barrier is not: whoever lives before it is
    reached from the other end, and nobody gets through."""
    units = edge_units.ravel()[network.arc_edge]
    is_shut = (network.node_shut & profile.mode.bit) > 0
    passed = (units < CLOSED) & ~is_shut[network.arc_head]
    so_far = np.concatenate([[0], np.cumsum(passed)])
    first = so_far[network.first_arc].astype(np.int32)
    links = np.column_stack([network.arc_head[passed], units[passed]]).astype(np.int32)
    heaviest = int(units[passed].max(initial=0))
    arcs = Arcs(frozen(first), frozen(links.ravel()), heaviest)
    return arcs, frozen(network.arc_edge[passed])

"""People within half an hour of each of 20 kinds on 7 days at 12 hours, by area: 1,680 fields against all homes.

Thirty-two fields at once (geo.streets.lanes), then all homes against them (geo.access.crowd), on two threads.
Beside it stands scipy for a sample of the same fields, scaled to all, which only searches; ``other_dial_ms``
is our own search one by one with the counting, scaled likewise. Three fields are counted by both ways first.
"""

import statistics
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.sparse.csgraph import dijkstra

from benchmarks.nets import HALF_AN_HOUR, Case, Net, as_case, ms
from geo.access.coverage import State, states
from geo.access.crowd import Crowd, people_beside, people_within
from geo.access.spread import Homes
from geo.crowds import beside, crowd
from geo.possible_homes import Joined, Living
from geo.streets.field import AccessField
from geo.streets.lanes import LANES, LaneArcs, LaneRows, lane_arcs, sweep_lanes
from geo.streets.network import frozen
from geo.streets.search import Seeds, seeds_of
from geo.streets.snap import Snap, snap

DAYS, HOURS, KINDS = 7, 12, 20
OPEN = 0.4  # share of the places of a kind at a time of the week
AREAS = 6  # along each side: 36
BAND = 2  # 75 and older
SAMPLE, TURNS = 4, 3


class _Question:
    """All that is asked of a network; homes as many as half its nodes."""

    def __init__(self, net: Net) -> None:
        rng = np.random.default_rng(84)
        self.net, self.limit = net, net.limit
        points = net.graph.network.point_xy_m

        def somewhere(count: int) -> Snap:
            at = points[rng.integers(0, len(points), count)]
            return snap(net.graph, net.grid, frozen(at + rng.uniform(-25, 25, (count, 2))))

        self.homes = somewhere(net.graph.network.node_count // 2)
        self.joined = Joined(_living(self.homes, rng), self.homes)
        place = (self.homes.foot_m - points.min(axis=0)) / (np.ptp(points, axis=0) + 1)
        east, north = np.nan_to_num(place * AREAS).astype(np.int32).T
        self.area, self.areas = np.clip(north * AREAS + east, 0, AREAS**2 - 1), AREAS**2
        self.area = self.area.astype(np.int32)
        self.crowd: Crowd = crowd(
            net.graph, net.hierarchy, self.joined, BAND, self.area, self.areas
        )
        sizes = rng.choice([20, 50, 100, 200, 400], KINDS)
        self.kinds = [somewhere(int(size)) for size in sizes]
        self.open = [
            rng.random(len(kind)) < OPEN for _ in range(DAYS * HOURS) for kind in self.kinds
        ]
        self.arcs: LaneArcs = lane_arcs(net.hierarchy, backward=True)

    def places(self, field: int) -> Snap:
        """What of a kind is open at a time."""
        return self.kinds[field % KINDS][np.flatnonzero(self.open[field])]

    def people(self, fields: Sequence[int], rows: LaneRows) -> np.ndarray:
        """(fields, areas) people within reach."""
        found = np.empty((len(fields), self.areas))
        all_seeds = [seeds_of(self.net.graph, kind, backward=True) for kind in self.kinds]
        for first in range(0, len(fields), LANES):
            some = fields[first : first + LANES]
            seeds = [_of(all_seeds[field % KINDS], self.open[field]) for field in some]
            sweep_lanes(self.arcs, seeds, self.limit, rows)
            near = people_within(rows.units, self.crowd, self.limit)
            places = [self.places(field) for field in some]
            pairs = beside(self.net.graph, self.joined, self.crowd, places, self.limit)
            near += people_beside(rows.units, self.crowd, self.limit, *pairs)
            found[first : first + LANES] = near[: len(some)]
        return found

    def one_by_one(self, field: int) -> np.ndarray:
        """(areas,) people within reach of one field, by a search of its own."""
        ways = AccessField(self.net.graph, self.places(field), HALF_AN_HOUR)
        living, is_joined = self.joined.living, self.joined.is_joined
        seconds = ways.at(self.homes).seconds
        state = states(seconds, is_joined, living.edge_m, HALF_AN_HOUR, 80.0)
        near = state == State.REACHED
        return np.bincount(self.area[near], living.people[near, BAND], minlength=self.areas)


def cases(net: Net, speed: float) -> dict[str, Case]:
    """All fields on two threads."""
    asked = _Question(net)
    fields = range(DAYS * HOURS * KINDS)
    nodes = net.graph.network.node_count
    papers = [LaneRows(nodes) for _ in range(2)]
    half = len(fields) // LANES // 2 * LANES
    parts = (fields[:half], fields[half:])
    few = [int(field) for field in np.linspace(1, len(fields) - 1, SAMPLE)]
    found = asked.people(few, papers[0])
    for row, field in enumerate(few):
        if not np.allclose(found[row], asked.one_by_one(field), atol=1e-6):
            raise AssertionError("people of 32 fields at once are not those of each by itself")
    took = []
    with ThreadPoolExecutor(2) as threads:
        for _ in range(TURNS):
            took.append(ms(lambda: list(threads.map(asked.people, parts, papers))))
    scale = len(fields) / SAMPLE
    dial = sum(ms(lambda field=field: asked.one_by_one(field)) for field in few) * scale
    plain = sum(ms(lambda field=field: _by_scipy(asked, field)) for field in few) * scale
    words = f"scipy min_only, {SAMPLE} fields without people, scaled"
    case = as_case(statistics.median(took), plain, words, len(fields))
    blocks = len(fields) / LANES
    bytes_ = blocks * (64 * nodes + 6 * len(asked.arcs.to) + len(asked.homes) * (2 * 64 + 20))
    more = {"other_dial_ms": round(dial, 1), "homes": len(asked.homes), "areas": asked.areas}
    return {"fields_1680_people": case | more | {"limit_ms": bytes_ / speed}}


def _of(seeds: Seeds, is_open: np.ndarray) -> Seeds:
    kept = is_open[seeds.owner]
    return Seeds(frozen(seeds.node[kept]), frozen(seeds.units[kept]), frozen(seeds.owner[kept]))


def _by_scipy(asked: _Question, field: int) -> None:
    seeds = seeds_of(asked.net.graph, asked.places(field), backward=True)
    starts = np.unique(seeds.node).astype(np.int64)
    dijkstra(asked.net.matrix, indices=starts, min_only=True, limit=asked.limit)


def _living(homes: Snap, rng: np.random.Generator) -> Living:
    n, nobody = len(homes), np.zeros(4)
    spread = Homes(homes.foot_m, np.arange(n, dtype=np.int32), np.ones(n), np.zeros(n, np.uint8))
    known = np.full(n, 1e9)
    return Living(spread, rng.random((n, 4)), nobody, nobody, nobody, 0.0, known, None, None)

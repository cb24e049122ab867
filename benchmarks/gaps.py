"""みほん市 as it is imported: who gets within half an hour to each of 20 kinds on 7 days at 12 hours, by 日常生活圏域.

1,680 questions about what the register says is open then, as each kind is reached, all at once (geo.streets.lanes and
geo.access.crowd, one thread). Beside it scipy does the same field by field: one bounded ``dijkstra(min_only)``, the
homes by both ends of their street, people by area; a sample of fields, scaled. First the people of the sample are
counted by both, and by our own searches, and have to agree. ``week_of_a_kind`` is what the page asks: fourteen halves
from one set of searches, beside fourteen answers of the gap map.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from sqlalchemy.orm import Session

from benchmarks.measuring import ground, ms
from benchmarks.nets import Case, as_case
from geo import crs, demo
from geo.access.crowd import people_beside, people_within
from geo.area import Area, Folders, open_area
from geo.crowds import beside, crowd
from geo.gap_map import gap_map, of_kind
from geo.gap_offers import entries
from geo.gap_questions import WEEKDAYS, GapQuestion
from geo.gap_week import week
from geo.openings.rhythm import halves, on_day
from geo.possible_homes import BANDS, Joined, Residents
from geo.records import kinds
from geo.scope import house
from geo.streets.field import AccessField
from geo.streets.graph import CLOSED
from geo.streets.lanes import LANES, LaneRows, lane_arcs, sweep_lanes
from geo.streets.network import frozen
from geo.streets.profile import TravelProfile
from geo.streets.search import seeds_of
from geo.streets.snap import Snap, ends, off_street_units, snap
from geo.travel_profiles import in_use

CITY = house(demo.CITY.code)
MONDAY = date(2026, 11, 16)
HALF_AN_HOUR_S = 1800.0
DAYS, HOURS, KINDS = 7, range(8, 20), 20
BAND = BANDS.index(75)
LEVEL = "living_area"
SAMPLE, TURNS = 40, 3


@dataclass(frozen=True)
class _Town:
    """The homes of a city on the streets of one traveller, made ready; areas as columns of every answer."""

    area: Area
    profile: TravelProfile
    joined: Joined
    group: np.ndarray
    areas: int

    def __post_init__(self) -> None:
        graph = self.area.graph(self.profile)
        hierarchy = self.area.hierarchy(self.profile)
        row = np.where(self.group < self.areas, self.group, -1).astype(np.int32)
        made = {
            "graph": graph,
            "limit": graph.units_within(HALF_AN_HOUR_S),
            "arcs": lane_arcs(hierarchy, backward=True),
            "crowd": crowd(graph, hierarchy, self.joined, BAND, row, self.areas),
            "rows": LaneRows(graph.network.node_count),
        }
        into = graph.into
        shape = (graph.network.node_count,) * 2
        matrix = csr_matrix((into.units.astype(np.float64), into.head, into.first), shape=shape)
        node, units = ends(graph, self.joined.snap, leaving=True)
        away = units + off_street_units(graph, self.joined.snap)[:, None]
        made |= {"matrix": matrix, "ends": node, "away": np.where(away < CLOSED, away, np.inf)}
        for name, value in made.items():
            object.__setattr__(self, name, value)

    def at(self, places: Sequence[tuple[float, float]]) -> Snap:
        """Where places join the street."""
        lonlat = np.array(places, np.float64).reshape(-1, 2)
        xy_m = crs.to_plane_m(lonlat, self.area.network.zone)
        return snap(self.graph, self.area.grid(self.profile), frozen(xy_m))

    def at_once(self, fields: Sequence[Snap]) -> np.ndarray:
        """(fields, areas) people."""
        found = np.empty((len(fields), self.areas))
        for first in range(0, len(fields), LANES):
            some = fields[first : first + LANES]
            seeds = [seeds_of(self.graph, places, backward=True) for places in some]
            sweep_lanes(self.arcs, seeds, self.limit, self.rows)
            near = people_within(self.rows.units, self.crowd, self.limit)
            pairs = beside(self.graph, self.joined, self.crowd, some, self.limit)
            near += people_beside(self.rows.units, self.crowd, self.limit, *pairs)
            found[first : first + LANES] = near[: len(some)]
        return found

    def by_dial(self, places: Snap) -> np.ndarray:
        """(areas,) people, by a search of its own."""
        field = AccessField(self.graph, places, HALF_AN_HOUR_S, backward=True)
        return self._by_area(np.isfinite(field.at(self.joined.snap).seconds))

    def by_scipy(self, places: Snap) -> np.ndarray:
        """(areas,) people, as one would do it with scipy; who lives on the same street as a place is left to its ends."""
        seeds = seeds_of(self.graph, places, backward=True)
        if not len(seeds.node):
            return np.zeros(self.areas)
        nodes, back = np.unique(seeds.node, return_inverse=True)
        spent = np.full(len(nodes), np.inf)
        np.minimum.at(spent, back, seeds.units)
        # a source that is spent already hangs on one node more, by an arc as long as that
        size = self.matrix.shape[0]
        first = csr_matrix((spent + 1, (np.zeros(len(nodes), int), nodes)), shape=(1, size))
        whole = _stacked(self.matrix, first)
        units = dijkstra(whole, indices=size, limit=self.limit + 1)[:size] - 1
        there = (units[self.ends] + self.away).min(axis=1)
        return self._by_area(there <= self.limit)

    def _by_area(self, near: np.ndarray) -> np.ndarray:
        held = near & (self.group < self.areas)
        people = self.joined.living.people[held, BAND]
        return np.bincount(self.group[held], people, minlength=self.areas)


def _stacked(matrix: csr_matrix, first: csr_matrix) -> csr_matrix:
    """A graph with one node more at its end, without building it anew."""
    data = np.concatenate([matrix.data, first.data])
    heads = np.concatenate([matrix.indices, first.indices])
    rows = np.concatenate([matrix.indptr, [len(data)]])
    size = matrix.shape[0] + 1
    return csr_matrix((data, heads, rows), shape=(size, size))


def cases() -> dict[str, Case]:
    """Both measurements, on one import of the city."""
    with ground() as place, Session(place.engine) as db:
        demo.load_city(db, place.folder / "originals")
        area = open_area(db, CITY, Folders(place.folder / "originals", place.folder / "networks"))
        residents = Residents()
        return _fields(db, area, residents) | _week(db, area, residents)


def _fields(db: Session, area: Area, residents: Residents) -> dict[str, Case]:
    profiles = in_use(db, CITY)
    every = [kind for kind in kinds.list_all(db, CITY) if kind.reach in ("go", "stops")]
    there = {kind.code: entries(db, CITY, kind.code) for kind in every}
    most = sorted(every, key=lambda kind: -len(there[kind.code]))[:KINDS]
    towns: dict[TravelProfile, tuple[_Town, list[Snap]]] = {}
    for kind in most:
        for day in range(DAYS):
            for hour in HOURS:
                rhythm = on_day(MONDAY + timedelta(days=day), time(hour))
                asked = GapQuestion((kind.code,), LEVEL, 75, 30.0, None, rhythm)
                of = of_kind(kind, there[kind.code], asked, profiles, MONDAY)
                profile = of.leading.profile
                if profile not in towns:
                    towns[profile] = (_town(db, area, residents, profile), [])
                sets = [one for one in of.offers.sets if one.sure.days and one.sure.place]
                open_now = [
                    place[:2]
                    for one in sets
                    if np.frombuffer(one.days, np.uint64).any()
                    for place in one.places
                ]
                towns[profile][1].append(towns[profile][0].at(open_now))
    total = sum(len(fields) for _, fields in towns.values())
    few = [
        (town, fields[at])
        for town, fields in towns.values()
        for at in np.linspace(0, len(fields) - 1, SAMPLE * len(fields) // total).astype(int)
    ]
    unlike = 0
    for town, places in few:
        ours, own = town.at_once([places])[0], town.by_dial(places)
        if not np.allclose(ours, own, atol=1e-6):
            raise AssertionError("people of 32 fields at once are not those of each by itself")
        unlike += not np.allclose(ours, town.by_scipy(places), atol=1.0)
    took, by_scipy, by_dial = [], [], []
    for _ in range(TURNS):
        took.append(ms(lambda: [town.at_once(fields) for town, fields in towns.values()]))
        by_scipy.append(ms(lambda: [town.by_scipy(places) for town, places in few]))
        by_dial.append(ms(lambda: [town.by_dial(places) for town, places in few]))
    scale = total / len(few)
    words = f"scipy field by field with people, {len(few)} fields, scaled"
    case = as_case(statistics.median(took), statistics.median(by_scipy) * scale, words, total)
    town = next(iter(towns.values()))[0]
    more = {
        "other_dial_ms": round(statistics.median(by_dial) * scale, 1),
        "homes": len(town.joined.snap),
        "areas": town.areas,
        "ways": len(towns),
        "people_differ_by_one_or_more": unlike,
    }
    return {"mihon_fields_1680_people": case | more}


def _town(db: Session, area: Area, residents: Residents, profile: TravelProfile) -> _Town:
    joined = residents.of(db, CITY, area, profile)
    if joined is None:
        raise AssertionError("the city has people")
    told = residents.areas(db, CITY, area, joined.living, LEVEL)
    return _Town(area, profile, joined, told.group, len(told.areas))


def _week(db: Session, area: Area, residents: Residents) -> dict[str, Case]:
    among = in_use(db, CITY)

    def asked(**words: str) -> GapQuestion:
        return GapQuestion.parse(words, ("exercise_group",), LEVEL, MONDAY, among)

    def at_once() -> None:
        week(db, CITY, residents, area, asked(), halves(MONDAY), MONDAY)

    def one_by_one() -> None:
        for day in WEEKDAYS:
            for half in ("morning", "afternoon"):
                gap_map(db, CITY, residents, area, asked(day=day, at=half), MONDAY)

    at_once()
    turns = [(ms(at_once), ms(one_by_one)) for _ in range(TURNS)]
    ours, other = (statistics.median(column) for column in zip(*turns, strict=True))
    return {"mihon_week_of_a_kind": as_case(ours, other, "fourteen answers of the gap map", TURNS)}

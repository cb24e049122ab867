"""Where to open in みほん市: five of 500 and of 2,000 places on its streets, beside the plain model of maximal covering.

Ours is everything from the homes of the gap map to the proven choice: a search for each candidate, homes collapsed,
greedy, exchanges, the bound, HiGHS for what is left. The other takes the same matrix of homes and candidates as it is,
a row for each home that somebody can reach, and gives it to scipy.optimize.milp (which is HiGHS too); where it does not
end within its limit it says how far it was. Both must find the same number of people, to a hundredth of one.
"""

from dataclasses import dataclass
from datetime import date
from time import perf_counter

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, eye_array, hstack, vstack
from sqlalchemy.orm import Session

from benchmarks.measuring import Ground, case, ground
from geo import crs, demo
from geo.access.spread import street_samples
from geo.area import Area, Areas, Folders
from geo.gap_map import gap_map
from geo.gap_questions import GapQuestion
from geo.means import OnStreets
from geo.possible_homes import Residents
from geo.scope import house
from geo.siting.choose import Choice, choose
from geo.siting.cover import Wanted, collapse
from geo.siting.within import Within, homes_within
from geo.streets.network import frozen
from geo.streets.snap import Snap
from geo.travel_profiles import in_use

CITY, MONDAY = house("99002"), date(2026, 11, 16)
OTHER_S = 180.0  # our choice: longer nobody waits for the plain model
# kind, minutes, way, candidates, places: the question of the issue first
ASKED = (
    ("exercise_group", 15, "on_foot_slow", 500, 5),
    ("exercise_group", 15, "on_foot_slow", 2000, 5),
    ("exercise_group", 30, "on_foot_slow", 500, 5),
    ("dementia_cafe", 15, "on_foot_slow", 500, 5),
    ("dementia_cafe", 15, "on_foot_slow", 2000, 5),
)
PLAIN = "scipy.optimize.milp (HiGHS), a row for each home"


@dataclass(frozen=True)
class _Question:
    """One question as arrays."""

    area: Area
    homes: Snap
    places: Snap
    limit_s: float
    profile: object
    people: np.ndarray
    counts: np.ndarray


def cases() -> dict[str, dict[str, object]]:
    """Every question once ours and once plain, after a first round for the machine code."""
    with ground() as where:
        with Session(where.engine) as db, db.begin():
            demo.load_city(db, where.folder / "originals")
        return _cases(where)


def _cases(where: Ground) -> dict[str, dict[str, object]]:
    told: dict[str, dict[str, object]] = {}
    areas, residents = Areas(Folders.under(where.folder)), Residents()
    with Session(where.engine) as db:
        for kind, minutes, way, candidates, places in ASKED:
            asked = _question(db, areas, residents, kind, minutes, way, candidates)
            if not told:
                _ours(asked, places)
            began = perf_counter()
            near, choice = _ours(asked, places)
            ours_ms = (perf_counter() - began) * 1000
            name = f"{kind}_{minutes}min_{places}_of_{candidates}"
            told[name] = _case(asked, near, choice, ours_ms, places)
    return told


def _question(
    db: Session, areas: Areas, residents: Residents, kind: str, minutes: int, way: str, many: int
) -> _Question:
    area = areas.take(db, CITY)
    words = {"minutes": str(minutes), "age": "75", "profile": way}
    asked = GapQuestion.parse(words, (kind,), "living_area", MONDAY, in_use(db, CITY))
    found = gap_map(db, CITY, residents, area, asked, MONDAY)
    limit = found.of[0].leading
    joined = residents.of(db, CITY, area, limit.profile)
    xy_m, _ = street_samples(area.network)
    spots = xy_m[np.random.default_rng(5).choice(len(xy_m), many, replace=False)]
    lonlat = area.network.lonlat(spots)  # as a list brings them
    snap = OnStreets(area, limit.profile).join(frozen(crs.to_plane_m(lonlat, area.network.zone)))
    counts = found.leading.known & ~found.leading.usual
    people = found.living.people[:, asked.band]
    return _Question(area, joined.snap, snap, minutes * 60.0, limit.profile, people, counts)


def _ours(asked: _Question, most: int) -> tuple[Within, Choice]:
    near = homes_within(
        asked.area.graph(asked.profile), asked.homes, asked.places, asked.limit_s, lambda *_: None
    )
    nowhere = np.full(len(asked.people), -1, np.int32)
    rows = collapse(near, asked.people, asked.people, nowhere, asked.counts)
    places = np.full(len(asked.places), -1, np.int32)
    wanted = Wanted(most, (), (), places, np.zeros(1, np.int64), np.zeros(1))
    return near, choose(rows, wanted, OTHER_S, lambda *_: None)


def _case(
    asked: _Question, near: Within, choice: Choice, ours_ms: float, most: int
) -> dict[str, object]:
    matrix, people = _plain_matrix(asked, near)
    began = perf_counter()
    found = _plain(matrix, people, most)
    other_ms = (perf_counter() - began) * 1000
    value = 0.0 if found.x is None else -float(found.fun)
    if found.status == 0 and choice.is_proven and abs(value - choice.value) > 0.05:
        raise AssertionError((value, choice.value))  # two proofs of two numbers
    return case(
        ours_ms,
        other_ms,
        PLAIN,
        len(asked.places),
        people=round(choice.value, 2),
        proven=choice.is_proven,
        at_most_better=round(choice.limit - choice.value, 2),
        choosing_ms=round(choice.seconds * 1000, 1),
        less_by_greedy=round(choice.value - (choice.greedy_value or 0.0), 2),
        homes=matrix.shape[0],
        entries=matrix.nnz,
        rows=choice.rows,
        row_entries=choice.entries,
        places_left=choice.places_left,
        rows_left=choice.rows_left,
        other_people=round(value, 2),
        other_ended=found.status == 0,
        other_bound=None if found.mip_dual_bound is None else round(-found.mip_dual_bound, 2),
    )


def _plain_matrix(asked: _Question, near: Within) -> tuple[csr_matrix, np.ndarray]:
    """(homes, candidates) of ones: homes with people who are beyond and can be reached by one at least."""
    ones = np.ones(len(near.home))
    size = (len(asked.people), len(asked.places))
    whole = csr_matrix((ones, (near.home, near.place)), shape=size)
    kept = asked.counts & (asked.people > 0) & (np.diff(whole.indptr) > 0)
    return whole[kept], asked.people[kept]


def _plain(matrix: csr_matrix, people: np.ndarray, most: int):
    """max people · y, y <= matrix x, sum x <= most, x 0 or 1, y from 0 to 1."""
    homes, places = matrix.shape
    covered = hstack([-matrix, eye_array(homes)])
    chosen = csr_matrix(np.concatenate([np.ones(places), np.zeros(homes)])[None])
    limits = LinearConstraint(vstack([covered, chosen]), -np.inf, np.append(np.zeros(homes), most))
    return milp(
        np.concatenate([np.zeros(places), -people]),
        integrality=np.concatenate([np.ones(places), np.zeros(homes)]),
        bounds=Bounds(0, 1),
        constraints=limits,
        options={"time_limit": OTHER_S, "mip_rel_gap": 0.0},
    )

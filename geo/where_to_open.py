"""どこに開くか: among candidate places, those with which most people come within reach, proven where it can be.

Counted are people who are beyond today: of whom nobody knows (MEANING 1) none is promised, and how many of them the
chosen would reach is told beside. A new place is taken to be open whenever the question asks, and to be for
everybody. Before and after are answers of the gap map.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo import crs, reach
from geo.access.spread import areas_of
from geo.area import Area
from geo.candidates import Candidate, Candidates
from geo.errors import Invalid
from geo.gap_map import GapMap, answered, gap_map
from geo.gap_offers import OfferSet, Reaches, Sure
from geo.gap_questions import GapQuestion
from geo.gap_reach import Limit, Town, homes_within, judged, opened
from geo.means import OnStreets
from geo.possible_homes import BANDS, Residents, outlines
from geo.reach_questions import Walk
from geo.scope import Scope
from geo.siting import within
from geo.siting.choose import Choice, Told, choose
from geo.siting.cover import Rows, Wanted, collapse
from geo.streets.contour import Band
from geo.streets.network import frozen
from geo.streets.snap import Join, Snap
from geo.where_questions import Wishes

LIMIT_S = 120.0  # our choice: who waits longer for a proof would rather have the answer without
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One place of the answer: row of the candidate, row of its area among those of the answer (-1 for none), and
    people whom it brings within reach beside those before it."""

    row: int
    area: int
    adds_people: float


@dataclass(frozen=True, slots=True)
class WhereToOpen:
    """The answer. People are float64 of the age that was asked about.

    chosen         those first that add most
    before, after  the gap map without and with them
    people         whom all of them bring within reach; least, most: without those of which only the town is known,
                   and with these at the point of it that suits each home most
    unsaid_people  of whom nobody knows today, and who would be within reach
    greedy_people  whom the choice one by one would bring within reach; None where it cannot meet what areas want
    choice         of the workshop, weighed; off_street: names of candidates that join no street
    reaching_s     seconds of looking which homes lie within reach of which candidate
    drawn          from where one gets to a chosen place; None where none is
    """

    question: GapQuestion
    wishes: Wishes
    chosen: tuple[Chosen, ...]
    before: GapMap
    after: GapMap
    people: float
    least: float
    most: float
    unsaid_people: float
    greedy_people: float | None
    choice: Choice
    off_street: tuple[str, ...]
    reaching_s: float
    drawn: Band | None


def where_to_open(
    db: Session,
    scope: Scope,
    residents: Residents,
    area: Area,
    question: GapQuestion,
    wishes: Wishes,
    candidates: Candidates,
    as_of: date,
    told: Told,
    within_s: float = LIMIT_S,
) -> WhereToOpen:
    """Choose. ``told`` hears how far it is and may raise to stop: beside the stages of siting.choose
    "reaching" (value of limit candidates).

    Raises NotFound as the gap map; Invalid: no_people, not_by_distance, no_candidates, not_a_candidate, what
    Wanted.check says, too_little_share with ``facts["areas"]``, impossible.
    """
    candidates.check()
    before = gap_map(db, scope, residents, area, question, as_of)
    if before is None:
        raise Invalid(fields={"municipality": "no_people"})
    if before.of[0].by_area:
        raise Invalid(fields={"kind": "not_by_distance"})
    town = Town(db, scope, residents, area, question.rhythm)
    asked = _asked(town, before, wishes, candidates, told)
    choice = choose(asked.rows, asked.wanted, within_s, told)
    if choice is None:
        raise Invalid(fields={"least_share": "impossible"})
    places = [candidates.places[row] for row in choice.chosen.tolist()]
    after = _after(town, before, places)
    least, most = _between(town, before, asked, places)
    added = _adds(asked, choice)
    return WhereToOpen(
        question=question,
        wishes=wishes,
        chosen=_chosen(asked, choice, added),
        before=before,
        after=after,
        people=float(added.sum()),
        least=least,
        most=most,
        unsaid_people=_unsaid(before, after),
        greedy_people=None if choice.greedy is None else _people(asked, choice.greedy),
        choice=choice,
        off_street=tuple(candidates.places[row].name for row in asked.off_street),
        reaching_s=asked.reaching_s,
        drawn=_drawn(area, before.of[0].leading, places),
    )


def _chosen(asked: "_Asked", choice: Choice, added: Floats) -> tuple[Chosen, ...]:
    rows = choice.chosen.tolist()
    return tuple(
        Chosen(row, int(asked.wanted.area[row]), float(adds))
        for row, adds in zip(rows, added, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question as arrays. counts: (homes,) whom one can bring within reach; off_street: rows of candidates."""

    rows: Rows
    wanted: Wanted
    within: within.Within
    people: Floats
    counts: Mask
    off_street: tuple[int, ...]
    reaching_s: float


def _asked(
    town: Town, before: GapMap, wishes: Wishes, candidates: Candidates, told: Told
) -> _Asked:
    began = monotonic()
    limit, level = before.of[0].leading, before.question.level
    joined = town.joined(limit.profile)
    snap = _snap(town.area, limit, candidates.places)
    near = within.homes_within(
        town.area.graph(limit.profile),
        joined.snap,
        snap,
        limit.minutes * 60,
        lambda done, total: told("reaching", done, total),
    )
    reaching_s = monotonic() - began
    living, band = before.living, before.question.band
    people = np.maximum(living.people[:, band], 0.0)
    counts = before.leading.known & ~before.leading.usual
    homes = town.areas(level)
    group = np.where(homes.group < len(homes.areas), homes.group, -1).astype(np.int32)
    rows = collapse(near, _weight(living.people, band, wishes), people, group, counts)
    wanted = _wanted(town, before, wishes, candidates, level)
    _check_share(rows, wanted, before)
    off = tuple(np.flatnonzero(snap.state != Join.JOINED).tolist())
    return _Asked(rows, wanted, near, people, counts, off, reaching_s)


def _weight(people: Floats, band: int, wishes: Wishes) -> Floats:
    """(homes,) what its people count: each as often as is wished of whoever is as old or older."""
    weight, so_far = people[:, band].copy(), 1
    for column in range(band, len(BANDS)):
        wished = wishes.weights.get(BANDS[column], so_far)
        weight += (wished - so_far) * people[:, column]
        so_far = wished
    return np.maximum(weight, 0.0)


def _snap(area: Area, limit: Limit, places: Sequence[Candidate]) -> Snap:
    lonlat = np.array([(one.lon, one.lat) for one in places], np.float64).reshape(-1, 2)
    means = OnStreets(area, limit.profile)
    return means.join(frozen(crs.to_plane_m(lonlat, area.network.zone)))


def _wanted(
    town: Town, before: GapMap, wishes: Wishes, candidates: Candidates, level: str
) -> Wanted:
    areas = town.areas(level).areas
    shapes = outlines(town.db, town.scope, level)
    lonlat = np.array([(one.lon, one.lat) for one in candidates.places], np.float64)
    there = [before.rows[at].leading.tally for at in range(len(areas))]
    people = np.array([float(one.of[0, 0]) for one in there])
    today = np.array([float(one.reached[0, 0]) for one in there])
    wished = np.ceil(people * wishes.least_share / 100 - 1e-6) if wishes.least_share else 0 * people
    return Wanted(
        most=wishes.most,
        must=candidates.rows_of(wishes.must, "must"),
        never=candidates.rows_of(wishes.never, "never"),
        area=areas_of(lonlat, [shapes.get(one[0]) for one in areas]),
        least_places=np.full(len(areas), wishes.least_places, np.int64),
        least_people=np.maximum(wished - today, 0.0),
    )


def _check_share(rows: Rows, wanted: Wanted, before: GapMap) -> None:
    """Raises Invalid naming the areas in which not even all candidates together would be enough."""
    held = rows.area >= 0
    areas = len(wanted.least_people)
    at_most = np.bincount(rows.area[held], rows.people[held], minlength=areas)
    short = np.flatnonzero(wanted.least_people > at_most + 1e-6).tolist()
    if short:
        names = [before.rows[at].name for at in short]
        raise Invalid(fields={"least_share": "too_little_share"}, areas=names)


def _after(town: Town, before: GapMap, places: Sequence[Candidate]) -> GapMap:
    """The gap map as it would be."""
    of = before.of[0]
    sets = (*of.offers.sets, _offer(town, places)) if places else of.offers.sets
    of = replace(of, offers=replace(of.offers, sets=sets))
    found = [judged(town, of.offers, opened(town, of.offers, of.limits))]
    return answered(town, before.question, (of,), found, before.living)


def _offer(town: Town, places: Sequence[Candidate]) -> OfferSet:
    """Open whenever the question asks, for everybody."""
    days = np.full(town.rhythm.words, ~np.uint64(0)).tobytes() if town.rhythm else b""
    spots = tuple((one.lon, one.lat, one.is_rough) for one in places)
    return OfferSet(days, Sure(True, True, True), Reaches(True, ()), spots)


def _between(
    town: Town, before: GapMap, asked: _Asked, places: Sequence[Candidate]
) -> tuple[float, float]:
    if not places:
        return 0.0, 0.0
    limit = before.of[0].leading
    masks = homes_within(town, _offer(town, places), [limit])[limit]
    least, most = (masks[name] & asked.counts for name in ("worst", "best"))
    return float(asked.people[least].sum()), float(asked.people[most].sum())


def _adds(asked: _Asked, choice: Choice) -> Floats:
    """(chosen,) people whom each adds to those before it."""
    so_far = [_people(asked, choice.chosen[:many]) for many in range(len(choice.chosen) + 1)]
    return np.diff(so_far)


def _people(asked: _Asked, chosen: NDArray[np.int32]) -> float:
    near = np.zeros(len(asked.people), np.bool_)
    for row in chosen.tolist():
        near[asked.within.home[asked.within.first[row] : asked.within.first[row + 1]]] = True
    return float(asked.people[near & asked.counts].sum())


def _unsaid(before: GapMap, after: GapMap) -> float:
    new = after.leading.usual & ~before.leading.usual & ~before.leading.known
    return float(before.living.people[new, before.question.band].sum())


def _drawn(area: Area, limit: Limit, places: Sequence[Candidate]) -> Band | None:
    walk = Walk(limit.profile, (limit.minutes,), backward=True)
    start = reach.on_street(area, walk, [(one.lon, one.lat) for one in places])
    if not (start.state == Join.JOINED).any():
        return None
    return reach.around(area, walk, start).bands[0]
